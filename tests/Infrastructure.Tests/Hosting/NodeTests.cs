using FewShotAD.Infrastructure.Hosting.Nodes;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Tests.Support;
using FewShotAD.TestKit;
using Hangfire;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Infrastructure.Tests.Hosting;

/// <summary>What nodes of one installation share.</summary>
public sealed class NodeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Both find no database at all. On SQLite there is one process, and the keys are files that the portal says the place of.</summary>
    [Fact]
    public async Task Nodes_that_start_together_make_one_database_and_begin_with_one_key_in_it()
    {
        var (folder, other) = (Installation.TemporaryFolder(), Installation.TemporaryFolder());
        try
        {
            await using var first = await Installation.CreateAsync(folder: folder);
            await using var second = await Installation.CreateAsync(folder: other, settings: await DatabaseUnderTest.SettingsAsync(folder));
            await Task.WhenAll(BeginAsync(first), BeginAsync(second));
            await using var reader = first.Db.ForTenant((await Team.CreateAsync(first, Ct)).Tenant);
            Assert.Equal(DatabaseUnderTest.IsPostgres ? 1 : 0, await reader.ProtectionKeys.CountAsync(Ct));
            if (!DatabaseUnderTest.IsPostgres)
                return;
            var hidden = first.Get<IDataProtectionProvider>().CreateProtector("test").Protect("plain");
            Assert.Equal("plain", second.Get<IDataProtectionProvider>().CreateProtector("test").Unprotect(hidden));
        }
        finally
        {
            await TestDatabase.DropAsync(folder);
            Directory.Delete(folder, recursive: true);
            Directory.Delete(other, recursive: true);
        }
    }

    [Fact]
    public async Task A_run_whose_call_went_with_another_node_is_called_again()
    {
        await using var installation = await Installation.CreateAsync();
        var team = await Team.CreateAsync(installation, Ct);
        var run = await team.RunAsync(Ct);
        installation.Queue.Enqueue(run.TenantId, run.Id);
        var recovery = installation.Get<RunRecovery>();
        await recovery.RecoverAsync(atStart: false, Ct);
        var calls = installation.Get<JobStorage>().GetMonitoringApi();
        Assert.Equal(1, calls.EnqueuedCount(TrainRunJob.GpuQueue));

        // Another node took the call and died before it took the run: this one hears nothing of either.
        installation.TakeCalls(TrainRunJob.GpuQueue, Ct);
        Assert.Equal(0, calls.EnqueuedCount(TrainRunJob.GpuQueue));
        await recovery.RecoverAsync(atStart: false, Ct);
        Assert.Equal(1, calls.EnqueuedCount(TrainRunJob.GpuQueue));
    }

    /// <summary>What a node does first, without the queue: its log belongs to the whole process, and two nodes in one are what it does not stand.</summary>
    private static async Task BeginAsync(Installation node)
    {
        await node.Get<IPortalContexts>().MigrateAsync(Ct);
        await ActivatorUtilities.CreateInstance<KeyStart>(node.Services).StartAsync(Ct);
    }
}
