/// Loops over plain memory for the reference evaluation: many times as fast as collections' algorithms where nothing is
/// optimised, as in the debug builds that plugins and tests run, and in vectors where it is.
enum ReferenceLoops {
  /// `function` of every number.
  static func map(_ x: [Double], _ function: (Double) -> Double) -> [Double] {
    made(x.count) { results, count in
      reading(x) { x in
        var i = 0
        while i < count {
          results[i] = function(x[i])
          i &+= 1
        }
      }
    }
  }

  /// `function` of every pair of numbers.
  static func map(_ x: [Double], _ y: [Double], _ function: (Double, Double) -> Double) -> [Double] {
    precondition(x.count == y.count)
    return made(x.count) { results, count in
      reading(x) { x in
        reading(y) { y in
          var i = 0
          while i < count {
            results[i] = function(x[i], y[i])
            i &+= 1
          }
        }
      }
    }
  }

  /// `function` of every three numbers.
  static func map(
    _ x: [Double], _ y: [Double], _ z: [Double], _ function: (Double, Double, Double) -> Double
  ) -> [Double] {
    precondition(x.count == y.count && y.count == z.count)
    return made(x.count) { results, count in
      reading(x) { x in
        reading(y) { y in
          reading(z) { z in
            var i = 0
            while i < count {
              results[i] = function(x[i], y[i], z[i])
              i &+= 1
            }
          }
        }
      }
    }
  }

  /// Whether `holds` is true of every pair of numbers.
  static func compare(_ x: [Double], _ y: [Double], _ holds: (Double, Double) -> Bool) -> [Bool] {
    precondition(x.count == y.count)
    return [Bool](unsafeUninitializedCapacity: x.count) { memory, count in
      count = x.count
      guard let results = memory.baseAddress else { return }
      let end = count
      reading(x) { x in
        reading(y) { y in
          var i = 0
          while i < end {
            results[i] = holds(x[i], y[i])
            i &+= 1
          }
        }
      }
    }
  }

  /// The numbers of `x` where `isTrue`, those of `y` elsewhere.
  static func select(_ isTrue: [Bool], _ x: [Double], _ y: [Double]) -> [Double] {
    precondition(isTrue.count == x.count && x.count == y.count)
    return made(x.count) { results, count in
      isTrue.withUnsafeBufferPointer { isTrue in
        guard let isTrue = isTrue.baseAddress else { return }
        reading(x) { x in
          reading(y) { y in
            var i = 0
            while i < count {
              results[i] = isTrue[i] ? x[i] : y[i]
              i &+= 1
            }
          }
        }
      }
    }
  }

  /// The numbers at these positions.
  static func pick(_ x: [Double], _ positions: [Int]) -> [Double] {
    let size = UInt(bitPattern: x.count)
    return made(positions.count) { results, count in
      reading(x) { x in
        positions.withUnsafeBufferPointer { positions in
          guard let positions = positions.baseAddress else { return }
          var i = 0
          while i < count {
            let position = positions[i]
            precondition(UInt(bitPattern: position) < size)
            results[i] = x[position]
            i &+= 1
          }
        }
      }
    }
  }

  /// `reduction` of the numbers that have the same target, each target's in order; there are `count` targets.
  static func reduce(_ x: [Double], _ targets: [Int], _ count: Int, _ reduction: Reduction) -> [Double] {
    precondition(x.count == targets.count)
    let limit = UInt(bitPattern: count)
    let end = x.count
    var results = [Double](repeating: reduction.identity, count: count)
    results.withUnsafeMutableBufferPointer { results in
      guard let results = results.baseAddress else { return }
      targets.withUnsafeBufferPointer { targets in
        guard let targets = targets.baseAddress else { return }
        reading(x) { x in
          var i = 0
          while i < end {
            let target = targets[i]
            precondition(UInt(bitPattern: target) < limit)
            results[target] = reduction.combine(results[target], x[i])
            i &+= 1
          }
        }
      }
    }
    return results
  }

  /// Products of `x` as [batch, m, k] by `y` as [batch, k, n], as [batch, m, n]; each sum's terms in order.
  static func products(_ x: [Double], _ y: [Double], batch: Int, m: Int, k: Int, n: Int) -> [Double] {
    precondition(x.count == batch * m * k && y.count == batch * k * n)
    var results = [Double](repeating: 0, count: batch * m * n)
    results.withUnsafeMutableBufferPointer { results in
      guard let results = results.baseAddress else { return }
      reading(x) { x in
        reading(y) { y in
          for number in 0..<batch {
            addProduct(x + number * m * k, y + number * k * n, to: results + number * m * n, m: m, k: k, n: n)
          }
        }
      }
    }
    return results
  }

  /// Adds the product of one pair of matrices, block by block of `y`, so that a block stays in the cache.
  private static func addProduct(
    _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, to results: UnsafeMutablePointer<Double>, m: Int, k: Int,
    n: Int
  ) {
    let (height, width) = (64, 256)
    for top in stride(from: 0, to: k, by: height) {
      let bottom = min(top + height, k)
      for left in stride(from: 0, to: n, by: width) {
        let columns = min(width, n - left)
        for row in 0..<m {
          let sums = results + row * n + left
          var term = top
          while term &+ 4 <= bottom {
            addRows(x + row * k + term, y + term * n + left, n, to: sums, columns)
            term &+= 4
          }
          while term < bottom {
            let (factor, terms) = (x[row * k + term], y + term * n + left)
            var i = 0
            while i < columns {
              sums[i] += factor * terms[i]
              i &+= 1
            }
            term &+= 1
          }
        }
      }
    }
  }

  /// Adds four rows, each times its factor.
  private static func addRows(
    _ factors: UnsafePointer<Double>, _ first: UnsafePointer<Double>, _ step: Int,
    to sums: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    let (a, b, c, d) = (factors[0], factors[1], factors[2], factors[3])
    let (second, third, fourth) = (first + step, first + 2 * step, first + 3 * step)
    var i = 0
    while i < count {
      sums[i] = sums[i] + a * first[i] + b * second[i] + c * third[i] + d * fourth[i]
      i &+= 1
    }
  }

  /// As many numbers as asked for, written by `body`, which is told how many there are.
  private static func made(_ count: Int, _ body: (UnsafeMutablePointer<Double>, Int) -> Void) -> [Double] {
    [Double](unsafeUninitializedCapacity: count) { memory, initialised in
      if let start = memory.baseAddress { body(start, count) }
      initialised = count
    }
  }

  /// Hands the memory of numbers to `body`; not at all where there are none.
  private static func reading(_ x: [Double], _ body: (UnsafePointer<Double>) -> Void) {
    x.withUnsafeBufferPointer { x in
      if let start = x.baseAddress { body(start) }
    }
  }
}
