/// The text of every template, by name. Scaffolds of files and leaf kernels, in mustache.
public enum Templates {
  /// The tile sizes and helpers that every product of matrices shares.
  public static let tiles = text(PackageResources.tiles_mustache)
  /// The blocked product of matrices for one element type.
  public static let matmul = text(PackageResources.matmul_mustache)
  /// The same, which finishes a tile while the next one is summed.
  public static let finish = text(PackageResources.finish_mustache)
  /// The public header.
  public static let header = text(PackageResources.header_mustache)
  /// The file of one instruction set.
  public static let variant = text(PackageResources.variant_mustache)
  /// The file that picks an instruction set.
  public static let dispatch = text(PackageResources.dispatch_mustache)
  /// Packing of a matrix for a product in Swift kernels.
  public static let swiftPack = text(PackageResources.pack_mustache)
  /// The type of constant tables in Swift kernels.
  public static let swiftTable = text(PackageResources.table_mustache)
  /// The header of standalone C.
  public static let standaloneHeader = text(PackageResources.standalone_header_mustache)
  /// What standalone C begins with: what the compiler offers, and fused multiply-adds.
  public static let standalonePrelude = text(PackageResources.standalone_prelude_mustache)
  /// Elementary functions for standalone C without a C library.
  public static let standaloneLibm = text(PackageResources.standalone_libm_mustache)
  /// The scalar mathematics of kernels, as the runtime includes it.
  public static let mathHeader = text(PackageResources.adjoint_math_h)

  /// What generated kernels include and link, for a tool that compiles them on the spot.
  public static let support: [(name: String, text: String)] = [
    ("adjoint_isa.h", text(PackageResources.adjoint_isa_h)), ("adjoint_math.h", mathHeader),
    ("adjoint_vectors.h", text(PackageResources.adjoint_vectors_h)),
    ("adjoint_maps.h", text(PackageResources.adjoint_maps_h)), ("maps_body.h", text(PackageResources.maps_body_h)),
    ("isa.c", text(PackageResources.isa_c)), ("maps.c", text(PackageResources.maps_c)),
    ("adjoint_threads.h", text(PackageResources.adjoint_threads_h)),
    ("threads.c", text(PackageResources.threads_c)),
  ]

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
