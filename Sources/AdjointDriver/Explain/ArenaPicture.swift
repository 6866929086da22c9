import AdjointSchedule

/// The arena over time as SVG: kernels from left to right, addresses from top to bottom, one box for each buffer.
func arenaPicture(of schedule: Schedule, title: String) -> String {
  let lifetimes = Lifetime.all(of: schedule)
  let column = 44
  let height = 480
  let (left, top) = (90, 150)
  let width = left + column * max(schedule.kernels.count, 1) + 20
  let scale = Double(height) / Double(max(schedule.arenaByteCount, 1))
  var svg = """
    <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(top + height + 30)" \
    font-family="system-ui, sans-serif" font-size="11">
    <rect width="100%" height="100%" fill="#ffffff"/>
    <text x="10" y="20" font-size="14">\(escaped(title)): arena of \(digits(schedule.arenaByteCount)) bytes</text>

    """
  for (number, kernel) in schedule.kernels.enumerated() {
    let x = left + column * number + column / 2
    svg += "<text transform=\"translate(\(x + 4),\(top - 8)) rotate(-50)\">\(escaped(kernel.name))</text>\n"
    svg += "<line x1=\"\(x)\" y1=\"\(top)\" x2=\"\(x)\" y2=\"\(top + height)\" stroke=\"#e0e0e0\"/>\n"
  }
  let colours = ["#8dd3c7", "#ffffb3", "#bebada", "#fb8072", "#80b1d3", "#fdb462", "#b3de69", "#fccde5"]
  for (number, lifetime) in lifetimes.enumerated() {
    let x = left + column * lifetime.first + 2
    let y = top + Int(Double(lifetime.offset) * scale)
    let boxWidth = column * (lifetime.last - lifetime.first + 1) - 4
    let boxHeight = max(2, Int(Double(lifetime.buffer.type.byteCount) * scale))
    let name = "\(lifetime.buffer.name) \(lifetime.buffer.type.shape)"
    svg += "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(boxWidth)\" height=\"\(boxHeight)\" "
    svg += "fill=\"\(colours[number % colours.count])\" stroke=\"#555555\" stroke-width=\"0.5\">"
    svg +=
      "<title>\(escaped(name)), \(digits(lifetime.buffer.type.byteCount)) bytes at \(digits(lifetime.offset))</title></rect>\n"
    if boxHeight >= 12 { svg += "<text x=\"\(x + 3)\" y=\"\(y + 11)\">\(escaped(name))</text>\n" }
  }
  for part in 0...4 {
    let bytes = schedule.arenaByteCount * part / 4
    let y = top + height * part / 4
    svg += "<text x=\"\(left - 8)\" y=\"\(y + 4)\" text-anchor=\"end\">\(digits(bytes))</text>\n"
  }
  return svg + "</svg>\n"
}

private func escaped(_ text: String) -> String {
  text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
}
