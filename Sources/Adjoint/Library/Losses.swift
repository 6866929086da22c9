/// Nothing yet.
enum LibraryPlaceholder {}
