/// The text of every template, by name. Scaffolds of files and leaf kernels, in mustache.
public enum Templates {
  /// The tile sizes and helpers that every product of matrices shares.
  public static let tiles = text(PackageResources.tiles_mustache)
  /// The blocked product of matrices for one element type.
  public static let matmul = text(PackageResources.matmul_mustache)
  /// The public header.
  public static let header = text(PackageResources.header_mustache)
  /// The file of one instruction set.
  public static let variant = text(PackageResources.variant_mustache)
  /// The file that picks an instruction set.
  public static let dispatch = text(PackageResources.dispatch_mustache)

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
