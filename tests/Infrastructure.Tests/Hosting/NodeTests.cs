using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Tests.Support;
using FewShotAD.TestKit;
using Hangfire;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Tests.Hosting;

/// <summary>What nodes of one installation share.</summary>
public sealed class NodeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>On SQLite there is one process, and the keys are files that the portal says the place of.</summary>
    [Fact]
    public async Task Nodes_that_start_together_begin_with_one_key_in_the_database_that_they_share()
    {
        await using var first = await Installation.CreateAsync();
        var folder = DatabaseUnderTest.IsPostgres ? Installation.TemporaryFolder() : first.Folder;
        await using var second = await Installation.CreateAsync(
            folder: folder, settings: DatabaseUnderTest.IsPostgres ? await DatabaseUnderTest.SettingsAsync(first.Folder) : null);
        if (DatabaseUnderTest.IsPostgres)
        {
            await Task.WhenAll(first.StartAsync(Ct), second.StartAsync(Ct));
            var hidden = first.Get<IDataProtectionProvider>().CreateProtector("test").Protect("plain");
            Assert.Equal("plain", second.Get<IDataProtectionProvider>().CreateProtector("test").Unprotect(hidden));
            await second.DisposeHostAsync();
            Directory.Delete(folder, recursive: true);
        }
        else
        {
            await first.StartAsync(Ct);
        }

        await using var reader = first.Db.ForTenant((await Team.CreateAsync(first, Ct)).Tenant);
        Assert.Equal(DatabaseUnderTest.IsPostgres ? 1 : 0, await reader.ProtectionKeys.CountAsync(Ct));
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
}
