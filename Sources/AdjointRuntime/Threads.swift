import CAdjoint

/// The threads that compiled code runs on.
///
/// Kernels that are large enough are divided among threads of a pool; the numbers do not depend on how many there are.
/// A server that has a thread for each request would rather have none of its own here (`limit = 1`), and a program with
/// a pool of its own can have the work done there (`use(parts:_:)`).
///
/// Calls from several threads at once are safe: while one has the pool, the others do all of their work themselves.
public enum Threads {
  /// How many threads one call may use at most, the caller's own included; 1 leaves all work to the caller, 0 restores
  /// the default.
  ///
  /// By default as many as there are processors for this process: what its affinity mask and the quota of its control
  /// group allow. The environment variable `ADJOINT_THREADS` sets another default. A change takes effect with the next
  /// kernel of any call.
  public static var limit: Int {
    get { Int(adjoint_thread_count()) }
    set { adjoint_set_thread_count(Int32(clamping: newValue)) }
  }

  /// Has divided work done by an executor of the program's own, in at most `parts` parts at a time.
  ///
  /// The executor calls `work(part)` once for every part in `0..<parts`, in any order, on any threads, several at a time
  /// or not, and returns when all are done, as `DispatchQueue.concurrentPerform` does:
  ///
  /// ```swift
  /// Threads.use(parts: 4) { parts, work in
  ///   DispatchQueue.concurrentPerform(iterations: parts, execute: work)
  /// }
  /// ```
  ///
  /// It may be called from several threads at once, and is kept for the rest of the process, since calls that have
  /// begun may still use it after another one is set. What it allocates counts as the program's own.
  public static func use(
    parts: Int, _ executor: @escaping @Sendable (_ parts: Int, _ work: @Sendable (_ part: Int) -> Void) -> Void
  ) {
    let context = Unmanaged.passRetained(Executor(run: executor)).toOpaque()
    use({ Threads.run($0, $1, $2, $3) }, context: context, parts: parts)
  }

  /// What does part number so many of so many of a task.
  public typealias WorkFunction = @convention(c) (_ task: UnsafeRawPointer?, _ part: Int32, _ parts: Int32) -> Void
  /// An executor in C: `adjoint_executor` of `adjoint_threads.h`.
  public typealias ExecutorFunction =
    @convention(c) (
      _ context: UnsafeMutableRawPointer?, _ work: WorkFunction?, _ task: UnsafeRawPointer?, _ parts: Int32
    ) -> Void

  /// Has divided work done by an executor written in C: a function and what it is given first.
  ///
  /// The context must stay valid for the rest of the process, or until no call that has begun before another executor was
  /// set still runs.
  public static func use(_ executor: @escaping ExecutorFunction, context: UnsafeMutableRawPointer?, parts: Int) {
    adjoint_set_executor(executor, context, Int32(clamping: parts))
  }

  /// Has divided work done by the pool again.
  public static func usePool() { adjoint_set_executor(nil, nil, 0) }

  private final class Executor: Sendable {
    let run: @Sendable (Int, @Sendable (Int) -> Void) -> Void
    init(run: @escaping @Sendable (Int, @Sendable (Int) -> Void) -> Void) { self.run = run }
  }

  /// A piece of divided work; its pointers are good for as long as the executor runs.
  private struct Work: @unchecked Sendable {
    let function: WorkFunction
    let task: UnsafeRawPointer?
    let parts: Int32
  }

  private static func run(
    _ context: UnsafeMutableRawPointer?, _ function: WorkFunction?, _ task: UnsafeRawPointer?, _ parts: Int32
  ) {
    guard let context, let function else { return }
    let work = Work(function: function, task: task, parts: parts)
    Unmanaged<Executor>.fromOpaque(context).takeUnretainedValue().run(Int(parts)) { part in
      work.function(work.task, Int32(part), work.parts)
    }
  }
}
