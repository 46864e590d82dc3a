using FewShotAD.Domain.Common;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tests.Support;
using FsCheck.Xunit;

namespace FewShotAD.Domain.Tests.Storage;

public sealed class BlobKeyTests
{
    private const string Tenant = "11111111111171118111111111111111";

    private static readonly string Hash = "ab" + new string('0', 62);

    [Property]
    public void A_key_survives_its_path(Guid tenant, byte kind, byte[] content)
    {
        var kinds = Enum.GetValues<BlobKind>();
        var sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
        var key = BlobKey.For(new TenantId(tenant), kinds[kind % kinds.Length], sha256);
        Assert.Equal(key, BlobKey.Parse(key.ToString()));
        Assert.StartsWith(BlobKey.PrefixOf(key.Tenant), key.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_is_tenant_kind_two_digits_and_hash() =>
        Assert.Equal($"{Tenant}/map/ab/{Hash}", BlobKey.For(Given.Tenant, BlobKind.Map, Hash).ToString());

    [Fact]
    public void Every_kind_has_a_folder_of_its_own()
    {
        var folders = Enum.GetValues<BlobKind>().Select(kind => BlobKey.For(Given.Tenant, kind, Hash).ToString().Split('/')[1]).ToList();
        Assert.Equal(folders.Count, folders.Distinct().Count());
    }

    public static TheoryData<string> ForeignPaths() =>
    [
        "",
        "/",
        "../../etc/passwd",
        $"{Tenant}/map/../{Hash}",
        $"{Tenant}/../ab/{Hash}",
        $"../map/ab/{Hash}",
        $"/{Tenant}/map/ab/{Hash}",
        $"{Tenant}/map/ab/{Hash}/",
        $"{Tenant}/map/ab/{Hash}/x",
        $"{Tenant}/map//ab/{Hash}",
        $"{Tenant}/map/cd/{Hash}",
        $"{Tenant}/maps/ab/{Hash}",
        $"{Tenant}/Map/ab/{Hash}",
        $"{Tenant}/0/ab/{Hash}",
        $"{Tenant}\\map\\ab\\{Hash}",
        $"{Tenant}/map/ab/{Hash[..63]}",
        $"{Tenant}/map/ab/{Hash}0",
        $"{Tenant}/map/AB/{Hash.ToUpperInvariant()}",
        $"{Tenant}/map/ab/{Hash[..62]}\n0",
        $"{Tenant.ToUpperInvariant().Replace('1', 'A')}/map/ab/{Hash}",
        $" {Tenant}/map/ab/{Hash}",
        $"{Tenant} /map/ab/{Hash}",
        $"11111111-1111-7111-8111-111111111111/map/ab/{Hash}",
        $"{{{Tenant}}}/map/ab/{Hash}",
    ];

    [Theory]
    [MemberData(nameof(ForeignPaths))]
    public void A_path_of_another_shape_is_refused(string path)
    {
        Assert.False(BlobKey.TryParse(path, out _));
        Assert.Throws<FormatException>(() => BlobKey.Parse(path));
    }

    [Fact]
    public void No_path_is_no_key() => Assert.False(BlobKey.TryParse(null, out _));

    [Property(MaxTest = 500)]
    public bool Whatever_parses_is_spelled_as_it_would_be_written(int at, char with)
    {
        var path = BlobKey.For(Given.Tenant, BlobKind.View, Hash).ToString().ToCharArray();
        path[(at & int.MaxValue) % path.Length] = with;
        var damaged = new string(path);
        return !BlobKey.TryParse(damaged, out var key) || key.ToString() == damaged;
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../../../../../../../../../../../../../../../../../../etc/x")]
    public void A_key_is_not_made_of_anything_but_a_hash(string sha256) =>
        Assert.Throws<ArgumentException>(() => BlobKey.For(Given.Tenant, BlobKind.View, sha256));

    [Fact]
    public void No_tenants_prefix_is_the_beginning_of_anothers() => Assert.EndsWith("/", BlobKey.PrefixOf(Given.Tenant), StringComparison.Ordinal);
}
