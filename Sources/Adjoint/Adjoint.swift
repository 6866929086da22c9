@_exported import AdjointRuntime
