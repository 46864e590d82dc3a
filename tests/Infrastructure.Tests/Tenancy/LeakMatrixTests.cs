using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Persistence.Sqlite;
using FewShotAD.Infrastructure.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Tests.Tenancy;

/// <summary>Every tenant-owned entity × every way to touch a row: tenant B neither sees nor changes tenant A's.</summary>
public sealed class LeakMatrixTests
{
    private static readonly TenantId A = new(Guid.Parse("0198f3c0-0000-7000-8000-00000000000a"));
    private static readonly TenantId B = new(Guid.Parse("0198f3c0-0000-7000-8000-00000000000b"));

    private static readonly Lazy<Dictionary<string, Type>> Entities = new(() =>
    {
        using var context = new SqliteContexts("unused.db").Create(A);
        return EntityFactory.OwnedTypes(context.Model).ToDictionary(e => e.ClrType.Name, e => e.ClrType);
    });

    public static TheoryData<string, string> Matrix()
    {
        var data = new TheoryData<string, string>();
        foreach (var entity in Entities.Value.Keys)
        {
            foreach (var operation in LeakOperations.All.Keys)
                data.Add(entity, operation);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Tenant_B_cannot_reach_a_row_of_tenant_A(string entity, string operation)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var installation = await Installation.CreateAsync();
        var db = installation.Db;
        var rowsOfA = await EntityFactory.SeedAsync(db, A, ct);
        var rowsOfB = await EntityFactory.SeedAsync(db, B, ct);
        var before = await DescribeAllAsync(db, A, ct);

        var type = Entities.Value[entity];
        await LeakOperations.RunAsync(operation, type, new Attack(db, installation.Get<IPortalContexts>(), A, B, rowsOfA, rowsOfB, ct));

        Assert.Equal(before, await DescribeAllAsync(db, A, ct));
    }

    [Fact]
    public void Every_owned_entity_is_in_the_matrix()
    {
        var inDomain = typeof(Tenant).Assembly.GetTypes().Where(t => t is { IsClass: true, IsAbstract: false } && typeof(ITenantOwned).IsAssignableFrom(t));
        Assert.Equal(inDomain.Select(t => t.Name).Order(), Entities.Value.Keys.Order());
    }

    private static async Task<List<string>> DescribeAllAsync(PortalDb db, TenantId tenant, CancellationToken ct)
    {
        var all = new List<string>();
        await using var context = db.ForTenant(tenant);
        foreach (var type in Entities.Value.Values)
        {
            foreach (var row in await LeakOperations.AllAsync(context, type, ct))
                all.Add(EntityFactory.Describe(context, row));
        }

        Assert.Equal(Entities.Value.Count, all.Count);
        return all;
    }
}
