#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(ucrt)
  import ucrt
#endif

/// The inverse of the error function in Float64: Giles' approximation ("Approximating the erfinv function", GPU
/// Computing Gems 2011, single precision), refined by Newton steps on the error function.
func inverseErrorFunction(_ y: Double) -> Double {
  if y.isNaN || abs(y) > 1 { return .nan }
  if abs(y) == 1 { return y * .infinity }
  let l = log1p(-y * y)
  var x: Double
  if l > -5 {
    let w = -2.5 - l
    let central = [
      2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087, -0.00125372503, -0.00417768164,
      0.246640727, 1.50140941,
    ]
    x = y * central.reduce(0) { $0 * w + $1 }
  } else {
    let w = (-l).squareRoot() - 3
    let tail = [
      -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
      1.00167406, 2.83297682,
    ]
    x = y * tail.reduce(0) { $0 * w + $1 }
  }
  // Near ±1 the complement keeps the digits that 1 - erf(x) would lose.
  for _ in 0..<3 {
    let error = abs(y) < 0.5 ? erf(x) - y : (y > 0 ? (1 - y) - erfc(x) : erfc(-x) - (1 + y))
    x -= error / (2 / Double.pi.squareRoot() * exp(-x * x))
  }
  return x
}

/// `erf`, `exp` and the rest of the C library's functions, for files that import nothing.
enum CMath {
  static func exponential(_ x: Double) -> Double { exp(x) }
  static func exponentialMinusOne(_ x: Double) -> Double { expm1(x) }
  static func logarithm(_ x: Double) -> Double { log(x) }
  static func logarithmOfOnePlus(_ x: Double) -> Double { log1p(x) }
  static func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
  static func errorFunction(_ x: Double) -> Double { erf(x) }
  static func sine(_ x: Double) -> Double { sin(x) }
  static func cosine(_ x: Double) -> Double { cos(x) }
  static func power(_ x: Double, _ y: Double) -> Double { pow(x, y) }
}
