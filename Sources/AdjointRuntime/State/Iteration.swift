// Walks over what a model holds, and ways to single parts.

/// A module below another, and how it is reached.
public typealias ModuleAtPath = (path: [PathComponent], module: any Module)

/// Every module below a model and the model itself, each once: children before their parents, by name, the model last.
public func iterModules<Model: Module>(_ model: Model) -> [ModuleAtPath] {
  // A structure lists parents before children; what lies below a path follows it without a gap.
  let objects = Structure(of: model).objects
  var result: [ModuleAtPath] = []
  var open: [ModuleAtPath] = []
  for object in objects {
    while let parent = open.last, !object.path.starts(with: parent.path) { result.append(open.removeLast()) }
    open.append((object.path, object.module))
  }
  return result + open.reversed()
}

/// Every variable below a model once, in sorted attribute order, at its first path.
public func iterVariables<Model: Module>(_ model: Model) -> [(path: [PathComponent], variable: Variable)] {
  model.variables
}

/// The paths of everything that a model reaches in more than one way, modules before variables.
public func findDuplicates<Model: Module>(_ model: Model) -> [[[PathComponent]]] {
  let structure = Structure(of: model)
  return structure.objects.filter { !$0.aliases.isEmpty }.map { [$0.path] + $0.aliases }
    + structure.leaves.filter { !$0.aliases.isEmpty }.map { [$0.path] + $0.aliases }
}

/// Says something about the variables that a filter means: `setMetadata(model, Param.self, ["axes": "in, out"])`.
/// What was said under other names stays; nil takes it back.
public func setMetadata<Model: Module>(_ model: Model, _ filter: Filter, _ notes: [String: String?]) {
  for leaf in Structure(of: model).leaves where leaf.isMeant(by: filter) {
    for (name, note) in notes { leaf.variable.metadata[name] = note }
  }
}

/// Says something about the variables of one kind; see above.
public func setMetadata<Model: Module>(
  _ model: Model, _ type: any VariableType.Type, _ notes: [String: String?]
) { setMetadata(model, .of(type), notes) }

extension Module {
  /// The variable at a dotted path, nil where there is none: `model.variable(at: "hidden.kernel")`. What is shared is found
  /// by any of its paths.
  public func variable(at path: String) -> Variable? {
    let structure = Structure(of: self)
    let path = structure.firstPath(path)
    return structure.leaves.first { leaf in
      leaf.path.dotted == path || leaf.aliases.contains { $0.dotted == path }
    }?.variable
  }

  /// The module at a dotted path, nil where there is none: `model.module(at: "layers.0")`; the empty path is the module
  /// itself.
  public func module(at path: String) -> (any Module)? {
    let structure = Structure(of: self)
    let path = structure.firstPath(path)
    return structure.objects.first { $0.path.dotted == path }?.module
  }
}

extension Structure {
  /// The dotted path by which what lies below a shared object is known: that of the object's first place.
  fileprivate func firstPath(_ dotted: String) -> String {
    for object in objects {
      for alias in object.aliases.map(\.dotted) where dotted == alias || dotted.hasPrefix(alias + ".") {
        let rest = dotted.dropFirst(alias.count)
        return firstPath(object.path.isEmpty ? String(rest.dropFirst()) : object.path.dotted + rest)
      }
    }
    return dotted
  }
}
