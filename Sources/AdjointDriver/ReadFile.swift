import Foundation

/// Why a file could not be read.
enum ReadFailure: Error {
  /// It does not exist, or the system does not give it out.
  case system(Int32)
  /// A folder, a pipe, a device: nothing with a content of its own.
  case notRegular
  case tooLarge(Int)

  /// The reason in words.
  var text: String {
    switch self {
    case .system(let code): systemReason(code)
    case .notRegular: "it is not a regular file"
    case .tooLarge(let limit): "it has more than \(limit) bytes"
    }
  }
}

/// The system's words for an error number, beginning in lower case.
func systemReason(_ code: Int32) -> String {
  let text = String(cString: strerror(code))
  return text.prefix(1).lowercased() + text.dropFirst()
}

/// What lies at a path, links followed; nil where nothing does.
func fileStatus(_ path: String) -> stat? {
  var status = stat()
  return stat(path, &status) == 0 ? status : nil
}

extension stat {
  var isRegular: Bool { st_mode & S_IFMT == S_IFREG }
  var isFolder: Bool { st_mode & S_IFMT == S_IFDIR }
}

/// The bytes of a regular file. Never opens a device, never waits for a pipe, and never holds more than `limit` bytes.
func readFile(_ path: String, atMost limit: Int) throws(ReadFailure) -> Data {
  guard let status = fileStatus(path) else { throw .system(errno) }
  guard status.isRegular else { throw .notRegular }
  // Should a pipe have taken the file's place since, this does not wait for a writer.
  let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
  guard file >= 0 else { throw .system(errno) }
  defer { close(file) }
  var data = Data()
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(file, &chunk, chunk.count)
    if count < 0 && errno == EINTR { continue }
    guard count >= 0 else { throw .system(errno) }
    guard count > 0 else { return data }
    data.append(contentsOf: chunk[..<count])
    guard data.count <= limit else { throw .tooLarge(limit) }
  }
}

/// The committed text of a generated file; nil where there is no regular file that could be one.
func committedFile(_ path: String) -> Data? { try? readFile(path, atMost: 1 << 30) }
