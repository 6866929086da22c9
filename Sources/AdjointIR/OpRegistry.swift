/// Every op there is, for tests and documentation.
public enum OpRegistry {
  /// The ops, by kind and in the order of the documentation.
  public static let all: [any Op.Type] = [
    Constant.self, Iota.self,
    Negate.self, Abs.self, Sign.self, Floor.self, Exp.self, Expm1.self, Log.self, Log1p.self, Sqrt.self, Rsqrt.self,
    Tanh.self, Logistic.self, Erf.self, ErfInv.self, Sin.self, Cos.self, Not.self,
    Add.self, Subtract.self, Multiply.self, Divide.self, Remainder.self, Power.self, Maximum.self, Minimum.self,
    Fma.self, And.self, Or.self, Xor.self, ShiftLeft.self, ShiftRightLogical.self, Compare.self, Select.self,
    Convert.self, Bitcast.self, StopGradient.self, Threefry.self,
    Reshape.self, Transpose.self, BroadcastInDim.self, Slice.self, Pad.self, Concatenate.self,
    Reduce.self, ArgReduce.self, DotGeneral.self, GatherRows.self, ScatterAddRows.self,
    Differentiate.self,
  ]
}
