/// Whether kernels are compiled to optimised assembly.
let kernelsAreAssembly = true
