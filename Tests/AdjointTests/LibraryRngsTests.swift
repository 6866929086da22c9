import Adjoint
import Testing

/// Streams give Flax's keys.
@Suite struct LibraryRngsTests {
  static let golden = Golden.library["streams"]

  @Test func streamsFallBackToTheDefault() {
    let rngs = Rngs(3)
    let taken = Self.golden["taken"].array.map(\.uint32s)
    #expect(rngs().data.scalars == taken[0])
    #expect(rngs.params().data.scalars == taken[1])
    #expect(rngs.dropout().data.scalars == taken[2])
    let forked = Self.golden["forked"].array.map(\.uint32s)
    let child = rngs.fork()
    #expect(child().data.scalars == forked[0])
    #expect(child.params().data.scalars == forked[1])
    #expect(rngs().data.scalars == taken[3])
    #expect(rngs.streams[0].count.scalar == 5)
  }

  @Test func equalSeedsGiveEqualKeys() {
    let rngs = Rngs(params: 0, dropout: 0)
    let same = Self.golden["same"].array.map(\.uint32s)
    #expect(rngs.params().data.scalars == same[0])
    #expect(rngs.dropout().data.scalars == same[1])
    #expect(rngs.params().data.scalars == same[2])
  }

  @Test func streamsAreState() {
    let rngs = Rngs(1, dropout: 2)
    _ = rngs.dropout()
    let (definition, saved) = split(rngs)
    let next = rngs.dropout()
    let copy = merge(definition, saved)
    #expect(copy.dropout().data == next.data)
    #expect(saved.names == ["streams.0.count", "streams.0.key", "streams.1.count", "streams.1.key"])
  }
}
