import AdjointSchedule

extension Index {
  /// The index as C and Swift both spell it, in parentheses where `isOperand` and it is more than a number or a name.
  ///
  /// `name` gives the text of a variable as an integer wide enough to count elements.
  func text(isOperand: Bool, name: (Int) -> String) -> String {
    var text = ""
    for term in terms {
      let factor = abs(term.coefficient)
      let product = factor == 1 ? name(term.variable) : "\(name(term.variable)) * \(factor)"
      if text.isEmpty {
        text = term.coefficient < 0 ? "-\(product)" : product
      } else {
        text += (term.coefficient < 0 ? " - " : " + ") + product
      }
    }
    if text.isEmpty { return "\(constant)" }
    if constant != 0 { text += constant < 0 ? " - \(-constant)" : " + \(constant)" }
    let isName = constant == 0 && terms.count == 1 && terms[0].coefficient == 1
    return isName || !isOperand ? text : "(\(text))"
  }
}
