/// The Swift source of the built-in layers, losses, optimisers and random draws, as the tool reads it.
public enum LibrarySource {
}
