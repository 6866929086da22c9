import AdjointIR

/// Turns names of models into C identifiers that are safe wherever generated code uses them, and keeps them apart. Every
/// generated C name is made here.
public struct Names: Sendable {
  private var taken: Set<String>
  /// The first number that may still be free behind a name.
  private var nextNumber: [String: Int] = [:]
  /// What was taken when the names were sealed: copies share it.
  private var outer: Set<String> = []
  private var outerNumber: [String: Int] = [:]
  /// Whether the names are seen by a whole file, and must keep out of the way of the C library.
  private let isFileScope: Bool

  /// Starts with nothing taken but the reserved words and, at file scope, the C library's functions.
  public init(isFileScope: Bool = false) {
    taken = isFileScope ? Names.library : []
    self.isFileScope = isFileScope
  }

  /// An identifier for `name`, different from every one given before: `_` and a number are added where it must be.
  public mutating func unique(_ name: String) -> String {
    let base = Names.identifier(name)
    var candidate = isFileScope && Names.library.contains(base) ? base + "_" : base
    guard isGiven(candidate) else {
      taken.insert(candidate)
      return candidate
    }
    var number = nextNumber[base] ?? outerNumber[base] ?? 2
    repeat {
      candidate = "\(base)_\(number)"
      number += 1
    } while isGiven(candidate)
    nextNumber[base] = number
    taken.insert(candidate)
    return candidate
  }

  /// Whether a name has been given already.
  public func isTaken(_ name: String) -> Bool { isGiven(Names.identifier(name)) }

  private func isGiven(_ name: String) -> Bool { taken.contains(name) || outer.contains(name) }

  /// The same names, of which each of many copies can go on for little.
  public var sealed: Names {
    var result = self
    result.outer.formUnion(taken)
    result.outerNumber.merge(nextNumber) { $1 }
    result.taken = []
    result.nextNumber = [:]
    return result
  }

  /// Keeps a name from being given.
  public mutating func reserve(_ name: String) { taken.insert(name) }

  /// A C identifier for any text: letters, digits and underscores, never a reserved word.
  public static func identifier(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      let isDigit = ("0"..."9").contains(scalar)
      if ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || isDigit {
        if result.isEmpty, isDigit { result = "_" }
        result.unicodeScalars.append(scalar)
      } else if !result.hasSuffix("_") {
        result += "_"
      }
    }
    while result.count > 1, result.hasSuffix("_") { result.removeLast() }
    if result.isEmpty || result == "_" { result = "value" }
    // Identifiers that begin with an underscore belong to the implementation at file scope.
    if result.hasPrefix("_") { result = "x" + result }
    return reserved.contains(result) || result.hasPrefix("adjoint_") ? result + "_" : result
  }

  /// `DigitsModel` and `trainStep` as `digits_model`, `train_step`.
  public static func snakeCase(_ text: String) -> String {
    var result = ""
    let characters = Array(text)
    for (index, character) in characters.enumerated() {
      if character.isUppercase, index > 0, result.last != "_" {
        let afterLower = characters[index - 1].isLowercase || characters[index - 1].isNumber
        let beforeLower = index + 1 < characters.count && characters[index + 1].isLowercase
        if afterLower || beforeLower && characters[index - 1].isUppercase { result += "_" }
      }
      result += character.lowercased()
    }
    return result
  }

  /// The C function of one specialisation: `digits_model_train_step_batch_32`.
  public static func function(module: String, _ entryPoint: EntryPoint, sizes: [String: Int]) -> String {
    var parts = [snakeCase(module)]
    if let type = entryPoint.enclosingType, type != module { parts.append(snakeCase(type)) }
    parts.append(snakeCase(entryPoint.name))
    parts += suffix(sizes: sizes)
    return identifier(parts.joined(separator: "_"))
  }

  /// `batch_32` for a size of 32 of the dimension `batch`.
  static func suffix(sizes: [String: Int]) -> [String] {
    sizes.sorted { $0.key < $1.key }.map { "\(snakeCase($0.key))_\($0.value)" }
  }

  private static let reserved: Set<String> = Set(
    """
    auto break case char const continue default do double else enum extern float for goto if inline int long register
    restrict return short signed sizeof static struct switch typedef union unsigned void volatile while asm typeof
    alignas alignof bool constexpr false nullptr static_assert thread_local true typeof_unqual _Bool
    and and_eq bitand bitor catch class compl concept const_cast decltype delete dynamic_cast explicit export friend
    mutable namespace new noexcept not not_eq operator or or_eq private protected public reinterpret_cast requires
    static_cast template this throw try typeid typename using virtual wchar_t xor xor_eq
    self Self init Type Protocol func let var in is as nil inout import protocol extension where guard defer repeat
    linux unix main NAN INFINITY NULL LANES REGISTERS LANES_AT_ONCE TILE_ROWS TILE_VECTORS TILE_COLUMNS TILE_HEIGHT TILES
    ROW_BLOCK PANEL_SIZE SMALLER EVEN_HEIGHT HEIGHT_AT PACKED_ROWS MULTIPLY_ADD VARIANT
    int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t size_t ptrdiff_t intptr_t uintptr_t
    arguments arena scratch part_scratch sums lane lanes
    """.split(whereSeparator: \.isWhitespace).map(String.init))

  private static let library: Set<String> = Set(
    """
    abs acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh div erf erfc exp exp2 expm1 fabs fdim floor
    fma fmax fmin fmod frexp gamma hypot ilogb index j0 j1 jn labs ldexp lgamma llrint llround log log10 log1p log2 logb
    lrint lround malloc free memcpy memset modf nan nearbyint nextafter pow printf remainder remquo rint round scalbn
    signgam sin sinh sqrt tan tanh tgamma trunc y0 y1 yn exit rand random time signal select
    """.split(whereSeparator: \.isWhitespace).map(String.init))
}
