#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// Files by the system's own calls: what is read is what the reader asked for, and what is written is on the disk before
// it gets its name.

/// What the last system call that failed had to say.
private func systemProblem() -> String { String(cString: strerror(errno)) }

/// A regular file that is open for reading.
struct CheckpointInput: ~Copyable {
  /// The number of bytes it had when it was opened.
  let byteCount: Int
  private let descriptor: Int32
  private let path: String

  /// Opens a file; anything else than a regular one is refused, so that nothing waits for a pipe or reads a device.
  init(_ path: String) throws(AdjointError) {
    func refuse(_ problem: String) -> AdjointError { AdjointError("load", ["\(path) cannot be read: \(problem)"]) }
    let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { throw refuse(errno == ENOENT ? "there is no such file" : systemProblem()) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(file)
      throw refuse("it is no regular file")
    }
    descriptor = file
    byteCount = Int(status.st_size)
    self.path = path
  }

  deinit { close(descriptor) }

  /// Fills `target` with the bytes from `offset` on, all of it or an error.
  func read(_ offset: Int, into target: UnsafeMutableRawBufferPointer) throws(AdjointError) {
    var done = 0
    while done < target.count {
      let count = pread(descriptor, target.baseAddress! + done, target.count - done, off_t(offset + done))
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        let problem = count == 0 ? "it became shorter meanwhile" : systemProblem()
        throw AdjointError("load", ["\(path) cannot be read: \(problem)"])
      }
      done += count
    }
  }
}

/// A file that appears under its name complete or not at all: it is written beside its place, brought to the disk, and
/// then moved. Given up before `publish`, it leaves nothing behind.
struct CheckpointOutput: ~Copyable {
  private let path: String
  private let temporary: String
  private let descriptor: Int32
  private var isPublished = false

  init(_ path: String) throws(AdjointError) {
    // A name of its own for every writer, so that two of them do not write into one another's file.
    var found: Int32 = -1
    var name = ""
    for _ in 0..<16 {
      name = "\(path).\(String(UInt32.random(in: 0...UInt32.max), radix: 36)).partial"
      found = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if found >= 0 || errno != EEXIST { break }
    }
    guard found >= 0 else { throw Self.refuse(path) }
    self.path = path
    temporary = name
    descriptor = found
  }

  deinit {
    close(descriptor)
    if !isPublished { unlink(temporary) }
  }

  /// Appends bytes, all of them or an error.
  func write(_ bytes: UnsafeRawBufferPointer) throws(AdjointError) {
    var done = 0
    while done < bytes.count {
      // The name of the method hides the system's function.
      let count = Self.append(descriptor, bytes.baseAddress! + done, bytes.count - done)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw Self.refuse(path) }
      done += count
    }
  }

  /// Gives the file its name, in place of one that may have it.
  mutating func publish() throws(AdjointError) {
    guard fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw Self.refuse(path) }
    isPublished = true
    // The name is on the disk once the folder is; some file systems do not let a folder be flushed, and need not.
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let directory = open(folder, O_RDONLY | O_CLOEXEC)
    if directory >= 0 {
      fsync(directory)
      close(directory)
    }
  }

  private static func append(_ file: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.write(file, bytes, count)
    #elseif canImport(Musl)
      Musl.write(file, bytes, count)
    #else
      Darwin.write(file, bytes, count)
    #endif
  }

  private static func refuse(_ path: String) -> AdjointError {
    AdjointError("save", ["\(path) cannot be written: \(systemProblem())"])
  }
}
