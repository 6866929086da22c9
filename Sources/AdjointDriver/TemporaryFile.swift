import Foundation

/// A file beside the one it will replace, so that whoever looks sees the old text or the new one, never half of it.
struct TemporaryFile {
  let path: String

  private static let start = ".adjoint-"
  private static let end = ".tmp"

  /// Whether a file of this name was made here. Other runs are kept away, so it is of one that was killed.
  static func isName(_ name: String) -> Bool { name.hasPrefix(start) && name.hasSuffix(end) }

  /// Writes all of `text`, on disk when this returns; throws the system's error number, and leaves nothing behind then.
  init(beside final: String, _ text: String) throws(ReadFailure) {
    let folder = final.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    path = "\(folder)/\(Self.start)\(UUID().uuidString)\(Self.end)"
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw .system(errno) }
    var text = text
    let problem = text.withUTF8 { bytes in Self.write(bytes, to: file) }
    let closed = close(file)
    guard problem == 0, closed == 0 else {
      let code = problem == 0 ? errno : problem
      unlink(path)
      throw .system(code)
    }
  }

  private static func write(_ bytes: UnsafeBufferPointer<UInt8>, to file: Int32) -> Int32 {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Foundation.write(file, UnsafeBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return errno == 0 ? EIO : errno }
      rest = rest.dropFirst(count)
    }
    return fsync(file) == 0 ? 0 : errno
  }

  /// Puts the file into its place; the system's error number where that fails.
  func move(to final: String) -> Int32 { rename(path, final) == 0 ? 0 : errno }

  /// Takes it away.
  func discard() { unlink(path) }
}
