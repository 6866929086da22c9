/// Loops over many numbers that are quick where nothing is optimised too: a debug build of the tool checks models with
/// millions of parameters.
enum LongLoop {
  /// Calls `body` with each number.
  static func over(_ x: [Double], _ body: (Double) -> Void) {
    x.withUnsafeBufferPointer { x in
      guard let start = x.baseAddress else { return }
      let end = x.count
      var i = 0
      while i < end {
        body(start[i])
        i &+= 1
      }
    }
  }

  /// Calls `body` with each pair of numbers.
  static func over(_ x: [Double], _ y: [Double], _ body: (Double, Double) -> Void) {
    let end = min(x.count, y.count)
    x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        guard let x = x.baseAddress, let y = y.baseAddress else { return }
        var i = 0
        while i < end {
          body(x[i], y[i])
          i &+= 1
        }
      }
    }
  }

  /// Calls `body` with the numbers of each place.
  static func over(_ x: [Double], _ y: [Double], _ z: [Double], _ body: (Double, Double, Double) -> Void) {
    precondition(x.count == y.count && y.count == z.count)
    var i = 0
    z.withUnsafeBufferPointer { z in
      guard let z = z.baseAddress else { return }
      over(x, y) { x, y in
        body(x, y, z[i])
        i &+= 1
      }
    }
  }

  /// As many numbers as asked for.
  static func made(_ count: Int, _ make: () -> Double) -> [Double] {
    [Double](unsafeUninitializedCapacity: count) { memory, initialised in
      initialised = count
      guard let start = memory.baseAddress else { return }
      var i = 0
      while i < count {
        start[i] = make()
        i &+= 1
      }
    }
  }

  /// The largest of some finite numbers without their signs; 0 where there is none.
  static func largest(_ x: [Double]) -> Double {
    var largest = 0.0
    over(x) { if $0.isFinite { largest = max(largest, abs($0)) } }
    return largest
  }

  /// How many numbers are finite.
  static func finiteCount(_ x: [Double]) -> Int {
    var count = 0
    over(x) { if $0.isFinite { count &+= 1 } }
    return count
  }
}
