using System.IO.Compression;
using System.Text;
using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Transfers.Zip;
using FsCheck.Xunit;

namespace FewShotAD.Infrastructure.Tests.Transfers;

/// <summary>Zips from outside: limits hold, and no bytes make the reader throw.</summary>
public sealed class ZipInputTests
{
    private static readonly ZipLimits Limits = new(MaxEntries: 20, MaxUnpackedBytes: 1L << 30);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Entries_come_out_as_they_went_in()
    {
        using var zip = Open(Zip(("b.png", "two"), ("./a\\x.png", "one"), ("folder/", ""), (".hidden/c.png", "no")));
        Assert.Equal(["a/x.png", "b.png"], zip.Paths);
        using var target = new MemoryStream();
        Assert.True((await zip.UnpackAsync("a/x.png", target, 100, Ct)).Succeeded);
        Assert.Equal("one", Encoding.UTF8.GetString(target.ToArray()));
        Assert.Equal("zip.entry.large", (await zip.UnpackAsync("b.png", new MemoryStream(), 2, Ct)).Error!.Code);
        Assert.Equal("zip.missing", (await zip.UnpackAsync("c.png", new MemoryStream(), 2, Ct)).Error!.Code);
    }

    [Fact]
    public void The_number_of_entries_is_limited_even_when_the_end_record_lies()
    {
        var many = Zip([.. Enumerable.Range(0, 21).Select(i => ($"{i}.png", "x"))]);
        Assert.Equal("zip.entries", Refused(many));
        var end = many.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        (many[end + 8], many[end + 10]) = (1, 1);
        Assert.Equal("zip.entries", Refused(many));
    }

    [Fact]
    public async Task A_size_that_lies_is_found_when_the_entry_is_unpacked()
    {
        var zip = Zip(("a.png", new string('x', 1000)));
        var header = zip.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        (zip[header + 24], zip[header + 25]) = (10, 0);
        using var opened = Open(zip);
        Assert.Equal("zip.entry.damaged", (await opened.UnpackAsync("a.png", new MemoryStream(), 1 << 20, Ct)).Error!.Code);
    }

    [Fact]
    public async Task A_changed_byte_is_found_by_the_checksum()
    {
        var zip = Zip(CompressionLevel.NoCompression, ("a.png", new string('x', 1000)));
        zip[200] ^= 1;
        using var opened = Open(zip);
        Assert.Equal("zip.entry.damaged", (await opened.UnpackAsync("a.png", new MemoryStream(), 1 << 20, Ct)).Error!.Code);
    }

    [Fact]
    public void What_unpacks_to_more_than_is_allowed_is_refused_by_its_directory()
    {
        var zip = Zip(("a.png", "x"), ("b.png", "y"));
        for (var at = zip.AsSpan().IndexOf("PK\u0001\u0002"u8); at >= 0;)
        {
            zip[at + 27] = 0x7F; // 2 GB
            var next = zip.AsSpan(at + 4).IndexOf("PK\u0001\u0002"u8);
            at = next < 0 ? -1 : at + 4 + next;
        }

        Assert.Equal("zip.large", Refused(zip));
        Assert.Equal("zip.ratio", Refused(zip, new ZipLimits(20, long.MaxValue)));
    }

    [Theory]
    [InlineData("../a.png")]
    [InlineData("a/../../b.png")]
    [InlineData("..\\a.png")]
    [InlineData("/a.png")]
    [InlineData("\\a.png")]
    [InlineData("C:\\a.png")]
    [InlineData("a\u0000.png")]
    [InlineData("a\nb.png")]
    public void A_path_that_leads_out_refuses_the_zip(string path) => Assert.Equal("zip.path", Refused(Zip((path, "x"))));

    [Fact]
    public void A_link_is_not_followed()
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            var entry = archive.CreateEntry("link.png");
            entry.ExternalAttributes = unchecked((int)0xA1FF0000);
            using var content = entry.Open();
            content.Write("/etc/passwd"u8);
        }

        using var zip = Open(stream.ToArray());
        Assert.Empty(zip.Paths);
        Assert.Equal("link.png", Assert.Single(zip.Refused).Path);
    }

    [Property(MaxTest = 400)]
    public void Random_bytes_are_refused_or_read_but_never_thrown_at_the_caller(byte[] bytes) => ReadAll(bytes);

    /// <summary>A good archive with some bytes changed reaches every corner of the format.</summary>
    [Property(MaxTest = 600)]
    public void A_good_zip_with_changed_bytes_never_throws(int seed, byte changes, bool cut)
    {
        var random = new Random(seed);
        var zip = Zip(("test/good/0.png", new string('a', 300)), ("test/scratch/1.png", "b"), ("images.jsonl", "{}"));
        for (var i = 0; i < 1 + (changes % 12); i++)
        {
            // Half of them in the directory and its end, where the structure is.
            var at = random.Next(2) == 0 ? random.Next(zip.Length) : zip.Length - 1 - random.Next(Math.Min(260, zip.Length));
            zip[at] = (byte)random.Next(256);
        }

        ReadAll(cut ? zip[..random.Next(zip.Length)] : zip);
    }

    private static void ReadAll(byte[] bytes)
    {
        var opened = ZipInput.Open(new MemoryStream(bytes), Limits);
        if (!opened.Succeeded)
        {
            Assert.NotEmpty(opened.Error.Message);
            return;
        }

        using var zip = opened.Value;
        foreach (var path in zip.Paths)
        {
            using var target = new MemoryStream();
            var unpacked = zip.UnpackAsync(path, target, 1 << 20, CancellationToken.None).GetAwaiter().GetResult();
            Assert.True(target.Length <= 1 << 20);
            Assert.True(unpacked.Succeeded || unpacked.Error.Message.Length > 0);
            Assert.DoesNotContain("..", path.Split('/'));
        }
    }

    private static ZipInput Open(byte[] zip) => ZipInput.Open(new MemoryStream(zip), Limits).Value;

    private static string Refused(byte[] zip, ZipLimits? limits = null) => ZipInput.Open(new MemoryStream(zip), limits ?? Limits).Error!.Code;

    private static byte[] Zip(params (string Path, string Content)[] files) => Zip(CompressionLevel.Optimal, files);

    private static byte[] Zip(CompressionLevel level, params (string Path, string Content)[] files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content) in files)
            {
                using var entry = zip.CreateEntry(path, level).Open();
                entry.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        return stream.ToArray();
    }
}
