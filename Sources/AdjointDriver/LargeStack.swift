import Foundation

/// Runs `body` on a thread whose stack is large enough for the deepest program that the front end lets through: stages
/// recurse with the source, and a process that dies of a full stack has no message.
func onLargeStack<Value: Sendable, Failure: Error>(
  _ body: @escaping @Sendable () throws(Failure) -> Value
) throws(Failure) -> Value {
  let task = LargeStackTask(body)
  let thread = Thread { task.run() }
  thread.stackSize = 1 << 30
  thread.start()
  task.done.wait()
  return try task.result!.get()
}

/// The work and its result, handed from one thread to another by a semaphore.
private final class LargeStackTask<Value: Sendable, Failure: Error>: @unchecked Sendable {
  let body: @Sendable () throws(Failure) -> Value
  let done = DispatchSemaphore(value: 0)
  var result: Result<Value, Failure>?

  init(_ body: @escaping @Sendable () throws(Failure) -> Value) { self.body = body }

  func run() {
    do { result = .success(try body()) } catch { result = .failure(error) }
    done.signal()
  }
}
