import CAdjoint

// Stored properties of classes and structs through the runtime's own metadata, which is what `Mirror` reads. Mirror
// itself hands out copies of values; cloning an object also needs the offsets.

@_silgen_name("swift_reflectionMirror_recursiveCount")
private func reflectedFieldCount(_ type: Any.Type) -> Int

@_silgen_name("swift_reflectionMirror_recursiveChildOffset")
private func reflectedFieldOffset(_ type: Any.Type, index: Int) -> Int

@_silgen_name("swift_reflectionMirror_recursiveChildMetadata")
private func reflectedField(
  _ type: Any.Type, index: Int, fieldMetadata: UnsafeMutablePointer<ReflectedFieldMetadata>
) -> Any.Type

/// The layout that the runtime fills in for `reflectedField`.
private struct ReflectedFieldMetadata {
  let name: UnsafePointer<CChar>? = nil
  let free: (@convention(c) (UnsafePointer<CChar>?) -> Void)? = nil
  let isStrong: Bool = false
  let isVar: Bool = false
}

/// One stored property of a type.
struct StoredProperty {
  /// The name as declared; a wrapper's storage has a leading underscore.
  let name: String
  let type: Any.Type
  /// Bytes from the start of the object or value.
  let offset: Int
  /// False for `weak` and `unowned`, whose storage is no plain value of `type`.
  let isStrong: Bool
  /// False for `let`.
  let isVariable: Bool
}

/// The stored properties of a class (with its superclasses') or struct, in order of declaration.
func storedProperties(of type: Any.Type) -> [StoredProperty] {
  (0..<reflectedFieldCount(type)).map { index in
    var metadata = ReflectedFieldMetadata()
    let fieldType = reflectedField(type, index: index, fieldMetadata: &metadata)
    defer { metadata.free?(metadata.name) }
    return StoredProperty(
      name: metadata.name.map { String(cString: $0) } ?? "", type: fieldType,
      offset: reflectedFieldOffset(type, index: index), isStrong: metadata.isStrong,
      isVariable: metadata.isVar)
  }
}

/// The value of a stored property of an object.
func load(_ property: StoredProperty, from address: UnsafeRawPointer) -> Any {
  func open<Field>(_ type: Field.Type) -> Any { (address + property.offset).load(as: type) }
  return _openExistential(property.type, do: open)
}

/// Where an object's stored properties are counted from.
func address(of object: AnyObject) -> UnsafeMutableRawPointer { Unmanaged.passUnretained(object).toOpaque() }

/// Memory for a new object of the same class, retained once, its stored properties not set.
func allocateObject(like object: AnyObject) -> UnsafeMutableRawPointer {
  let type: AnyClass = Swift.type(of: object)
  // An instance is its header of two words and its stored properties, those of its superclasses included.
  var (size, alignment) = (16, 16)
  for property in storedProperties(of: type) {
    func extend<Field>(_ type: Field.Type) {
      size = max(size, property.offset + MemoryLayout<Field>.size)
      alignment = max(alignment, MemoryLayout<Field>.alignment)
    }
    _openExistential(property.type, do: extend)
  }
  return adjoint_allocate_object(unsafeBitCast(type, to: UnsafeRawPointer.self), size, alignment - 1)!
}

/// Sets one stored property of a new object: to a copy of the original's, or to a replacement.
func initialise(
  _ property: StoredProperty, of target: UnsafeMutableRawPointer, from source: UnsafeRawPointer, replacement: Any?
) {
  func open<Field>(_ type: Field.Type) {
    let place = (target + property.offset).bindMemory(to: type, capacity: 1)
    if let replacement {
      guard let value = replacement as? Field else {
        stop("clone: \(property.name) is a \(Field.self) and cannot hold a \(Swift.type(of: replacement))")
      }
      place.initialize(to: value)
    } else {
      place.initialize(to: (source + property.offset).load(as: type))
    }
  }
  _openExistential(property.type, do: open)
}

/// Sets a stored property.
func assign(_ value: Any, to property: StoredProperty, of base: UnsafeMutableRawPointer) {
  func open<Field>(_ type: Field.Type) {
    (base + property.offset).assumingMemoryBound(to: type).pointee = value as! Field
  }
  _openExistential(property.type, do: open)
}
