import AdjointIR

/// Writes what the run time needs of a class of models: its attributes as a list, so that split, state and clone find
/// them without reflection.
func writeAttributes(of model: ModelClass, to text: inout SwiftText) {
  let access = model.access == "public" || model.access == "open" ? "public " : ""
  text.block("extension \(model.name): ListedModule") { text in
    text.line("/// The stored properties in the order of names: what split, state and clone find without reflection.")
    text.block("\(access)var listedAttributes: [ModuleAttribute]") { text in
      text.list("[", closing: "]") { text in
        for attribute in model.attributes {
          let value = attribute.isWrapped ? "$\(attribute.name)" : "\(SwiftSpelling.identifier(attribute.name)) as Any"
          text.line("ModuleAttribute(\(SwiftSpelling.string(attribute.name)), \(value)),")
        }
      }
    }
  }
}
