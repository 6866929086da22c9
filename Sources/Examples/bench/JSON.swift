/// A value of JSON, written without Foundation, which alone takes more memory than a process that trains.
indirect enum JSON {
  case text(String)
  case number(Double?)
  case whole(Int)
  case flag(Bool)
  case list([JSON])
  /// Members in this order; those without a value are left out.
  case object([(String, JSON)])

  /// The text, one member a line.
  func text(indent: String = "") -> String {
    let inner = indent + "  "
    func lines(_ items: [String], _ open: String, _ close: String) -> String {
      items.isEmpty
        ? open + close : open + "\n" + items.map { inner + $0 }.joined(separator: ",\n") + "\n" + indent + close
    }
    switch self {
    case .text(let text):
      let escaped = text.unicodeScalars.map { scalar -> String in
        switch scalar {
        case "\"", "\\": "\\\(scalar)"
        case "\u{0}"..<" ": " "
        default: String(scalar)
        }
      }
      return "\"\(escaped.joined())\""
    case .number(let number):
      guard let number else { return "null" }
      // JSON has no infinity and no NaN.
      return number.isFinite ? "\(number)" : "\"\(number)\""
    case .whole(let number): return "\(number)"
    case .flag(let flag): return "\(flag)"
    case .list(let items): return lines(items.map { $0.text(indent: inner) }, "[", "]")
    case .object(let members):
      return lines(
        members.compactMap { name, value in
          if case .number(nil) = value { return nil }
          return "\"\(name)\": " + value.text(indent: inner)
        }, "{", "}")
    }
  }
}

extension Report {
  var json: String {
    JSON.object([
      ("machine", .text(machine)), ("threads", .whole(threads)), ("peakGigaflops", .number(peakGigaflops)),
      ("exponentialNanoseconds", .number(exponentialNanoseconds)),
      ("tangentNanoseconds", .number(tangentNanoseconds)), ("outcomes", .list(outcomes.map(\.json))),
    ]).text()
  }
}

extension Outcome {
  fileprivate var json: JSON {
    .object([
      ("workload", .text(workload)), ("title", .text(title)), ("microseconds", .number(microseconds)),
      ("fastest", .number(fastest)), ("threadedMicroseconds", .number(threadedMicroseconds)),
      ("scaling", .number(scaling)), ("scalingLimit", .number(scalingLimit)),
      ("kernelMicroseconds", .number(kernelMicroseconds)),
      ("gigaflops", .number(gigaflops)), ("gigabytes", .number(gigabytes)),
      ("boundMicroseconds", .number(boundMicroseconds)), ("shareOfBound", .number(shareOfBound)),
      ("threadedShareOfBound", .number(threadedShareOfBound)),
      ("arenaBytes", .whole(arenaBytes)), ("allocationsPerStep", .number(allocationsPerStep)),
      (
        "peers",
        .object(
          peers.sorted { $0.key < $1.key }.map { name, peer in
            let members: [(String, JSON)] = [
              ("microseconds", .number(peer.microseconds)), ("ratio", .number(peer.ratio)),
              ("agrees", .flag(peer.agrees)),
            ]
            return (name, .object(members))
          })
      ),
    ])
  }
}
