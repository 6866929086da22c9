import AdjointDiagnostics
import AdjointIR

/// A mutable place: a local variable, a global, or a stored property of an object. Written through `Heap` only, so
/// that a region of a transform can tell what it changed.
final class Storage {
  let name: String
  /// Nil before initialisation.
  fileprivate(set) var value: AbstractValue?
  let isLet: Bool
  let type: SwiftType?
  /// Storages with a smaller number are older.
  let serial: Int

  fileprivate init(_ name: String, _ value: AbstractValue?, isLet: Bool, type: SwiftType?, serial: Int) {
    self.name = name
    self.value = value
    self.isLet = isLet
    self.type = type
    self.serial = serial
  }
}

/// A variable of a model (`@Param`, `@BatchStat`, …): its kind, its type, which never changes, and the tensor that is
/// in it now. Sharing one cell is sharing the variable.
final class VariableCell {
  let kind: String
  /// What its maker says about it; part of the structure.
  let metadata: [String: String]
  let type: TensorType
  fileprivate(set) var value: Value
  let serial: Int

  fileprivate init(kind: String, metadata: [String: String], value: Value, serial: Int) {
    self.kind = kind
    self.metadata = metadata
    type = value.type
    self.value = value
    self.serial = serial
  }
}

/// An instance of a class. Its identity is its Swift identity.
final class HeapObject {
  /// What a stored property holds.
  enum Field {
    case stored(Storage)
    /// A wrapped property: reads give the tensor in the cell.
    case variable(VariableCell)
    /// Variables known by name only when the code is generated (an optimiser's slots), in order.
    case container([(label: String, cell: VariableCell)])
  }

  let declaration: TypeDeclaration
  let genericArguments: [SwiftType]
  /// In order of initialisation; paths and graphs sort by name.
  var fields: [(name: String, field: Field)] = []
  let serial: Int

  fileprivate init(_ declaration: TypeDeclaration, _ genericArguments: [SwiftType], serial: Int) {
    self.declaration = declaration
    self.genericArguments = genericArguments
    self.serial = serial
  }

  subscript(name: String) -> Field? {
    get { fields.first { $0.name == name }?.field }
    set {
      if let index = fields.firstIndex(where: { $0.name == name }) {
        if let newValue { fields[index].field = newValue } else { fields.remove(at: index) }
      } else if let newValue {
        fields.append((name, newValue))
      }
    }
  }
}

/// The abstract heap: makes places and objects, and keeps a journal of writes for regions.
final class Heap {
  /// A write to a place that is older than the journal: what it held before.
  enum Write {
    case variable(VariableCell, before: Value)
    case storage(Storage, before: AbstractValue?)
  }

  private struct Journal {
    var start: Int
    var writes: [Write] = []
    var seen: Set<Int> = []
  }

  private var nextSerial = 0
  private var journals: [Journal] = []

  private func serial() -> Int {
    defer { nextSerial += 1 }
    return nextSerial
  }

  func makeStorage(_ name: String, _ value: AbstractValue?, isLet: Bool = false, type: SwiftType? = nil) -> Storage {
    Storage(name, value, isLet: isLet, type: type, serial: serial())
  }

  func makeVariable(kind: String, metadata: [String: String] = [:], _ value: Value) -> VariableCell {
    VariableCell(kind: kind, metadata: metadata, value: value, serial: serial())
  }

  /// A variable of the same kind and metadata.
  func makeVariable(like cell: VariableCell, _ value: Value) -> VariableCell {
    makeVariable(kind: cell.kind, metadata: cell.metadata, value)
  }

  func makeObject(_ declaration: TypeDeclaration, _ genericArguments: [SwiftType] = []) -> HeapObject {
    HeapObject(declaration, genericArguments, serial: serial())
  }

  func write(_ value: AbstractValue?, to storage: Storage) {
    record(storage.serial, .storage(storage, before: storage.value))
    storage.value = value
  }

  /// Assigns a tensor to a variable, whose type must not change.
  func write(_ value: Value, to cell: VariableCell) throws(OpError) {
    guard value.type == cell.type else {
      throw OpError("assign.type", "a variable of type \(cell.type) cannot take a value of type \(value.type)")
    }
    record(cell.serial, .variable(cell, before: cell.value))
    cell.value = value
  }

  private func record(_ serial: Int, _ write: Write) {
    for index in journals.indices where serial < journals[index].start {
      if journals[index].seen.insert(serial).inserted { journals[index].writes.append(write) }
    }
  }

  /// Runs `body` and returns, with its result, the first write to every place that existed before, in order: what a
  /// region changed. The changes are still in force; `restore` undoes them.
  func trackingWrites<Result>(_ body: () throws -> Result) rethrows -> (result: Result, writes: [Write]) {
    journals.append(Journal(start: nextSerial))
    do {
      let result = try body()
      return (result, journals.removeLast().writes)
    } catch {
      journals.removeLast()
      throw error
    }
  }

  /// Puts back what places held before these writes, without entering that into a journal of the same extent.
  func restore(_ writes: [Write]) {
    for write in writes.reversed() {
      switch write {
      case .variable(let cell, let before): cell.value = before
      case .storage(let storage, let before): storage.value = before
      }
    }
  }
}
