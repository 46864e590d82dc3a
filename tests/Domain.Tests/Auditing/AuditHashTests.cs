using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Tests.Auditing;

public sealed class AuditHashTests
{
    private static readonly TenantId Team = new(Guid.Parse("0198f3c0-0000-7000-8000-00000000000a"));
    private static readonly AuditAuthor Author = new(new UserId(Guid.Parse("0198f3c0-0000-7000-8000-000000000001")));
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Text_that_moves_from_one_field_to_the_next_is_another_line()
    {
        var first = Entry(new AuditNote("ab", "c", "id"));
        var second = Entry(new AuditNote("a", "bc", "id"));
        Assert.NotEqual(first.Hash, second.Hash);
        Assert.Equal(first.Hash, Entry(new AuditNote("ab", "c", "id")).Hash);
    }

    [Fact]
    public void The_encoding_stays_what_it_was() => Assert.Equal(
        // Computed apart from this code: the SHA-256 of the fields laid out by hand.
        "21101c045b17cb0eda36e0babefc517c481844e11fb11d67d7d945877f9418ff",
        Entry(new AuditNote("project.create", "project", "7", "Flange é")).Hash);

    [Fact]
    public void Text_is_kept_so_that_every_database_gives_it_back()
    {
        var entry = Entry(new AuditNote("a", "b", "c", "line\0one\nhalf \ud83d pair " + new string('x', 473) + "😀😀😀"));
        Assert.DoesNotContain('\0', entry.Detail);
        Assert.DoesNotContain('\n', entry.Detail);
        Assert.Contains("half \ufffd pair", entry.Detail, StringComparison.Ordinal);
        Assert.InRange(entry.Detail.Length, AuditEntry.DetailMaxLength - 2, AuditEntry.DetailMaxLength);
        Assert.False(char.IsHighSurrogate(entry.Detail[^1]));
    }

    [Fact]
    public void A_moment_is_cut_to_what_every_database_keeps() =>
        Assert.Equal(0, AuditEntry.Stage(Team, Author, new AuditNote("a", "b", "c"), Now.AddTicks(7)).At.UtcTicks % TimeSpan.TicksPerMicrosecond);

    private static AuditEntry Entry(AuditNote note)
    {
        var entry = AuditEntry.Stage(Team, Author, note, Now);
        entry.Chain(1, AuditEntry.Genesis, "Ada (ada@example.com)");
        return entry;
    }
}
