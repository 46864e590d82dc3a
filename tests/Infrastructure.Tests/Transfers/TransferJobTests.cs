using System.Diagnostics.Metrics;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Storage;
using FewShotAD.Infrastructure.Telemetry;
using FewShotAD.Infrastructure.Tests.Support;
using FewShotAD.Infrastructure.Transfers;
using FewShotAD.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Infrastructure.Tests.Transfers;

/// <summary>Tests in which jobs run: Hangfire keeps its storage in a static, and a host that another test starts meanwhile would take it.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>The life of exports around their work: queue, lease, crash, cancel, expiry.</summary>
[Collection(nameof(Alone))]
public sealed class TransferJobTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_queue_makes_an_export_and_a_restart_finds_what_waits()
    {
        await using var installation = await Installation.CreateAsync();
        var team = await Team.CreateAsync(installation, Ct);
        var before = await AddAsync(installation, team, ExportFormat.Mvtec); // waits in the database, in no queue
        await installation.StartAsync(Ct);
        var asked = await AddAsync(installation, team, ExportFormat.Everything);
        installation.Get<ITransferQueue>().Enqueue(team.Tenant, asked.Id);
        foreach (var transfer in new[] { before, asked })
        {
            var row = await UntilOverAsync(installation, transfer);
            Assert.True(row.Status == TransferStatus.Succeeded, row.FailureReason);
            Assert.Equal(4, row.Counts.Images);
            Assert.Equal(row.EndedAt + Transfer.Lifetime, row.ExpiresAt);
            await using var file = await installation.Blobs.OpenReadAsync(team.Tenant, row.File!, Ct);
            Assert.Equal(row.Bytes, file!.Length);
        }

        await installation.StopAsync(Ct);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(installation.Folder, "transfers")));
    }

    [Fact]
    public async Task Done_twice_it_is_done_once_with_the_same_bytes()
    {
        await using var installation = await Installation.CreateAsync();
        var team = await Team.CreateAsync(installation, Ct);
        var (first, second) = (await AddAsync(installation, team, ExportFormat.Mvtec), await AddAsync(installation, team, ExportFormat.Mvtec));
        foreach (var transfer in new[] { first, first, second })
            await WorkAsync(installation, transfer);
        var (one, two) = (await ReadAsync(installation, first), await ReadAsync(installation, second));
        Assert.Equal((1, one!.File), (one.Attempt, two!.File));
    }

    [Fact]
    public async Task What_became_of_an_export_is_counted_with_what_was_in_its_way()
    {
        await using var installation = await Installation.CreateAsync();
        using var measured = new Measured(installation.Get<IMeterFactory>(), Instruments.Meter);
        var team = await Team.CreateAsync(installation, Ct);
        await WorkAsync(installation, await AddAsync(installation, team, ExportFormat.Mvtec));
        Directory.Delete(installation.Get<DataPaths>().Blobs, recursive: true);
        await WorkAsync(installation, await AddAsync(installation, team, ExportFormat.Mvtec));
        const string Export = "fewshotad.transfer.kind=export,fewshotad.outcome=";
        Assert.Equal([Export + "succeeded", Export + "failed,error.type=export.file"], measured.TagsOf("fewshotad.transfer.duration"));
    }

    [Fact]
    public async Task At_start_own_and_expired_ones_wait_again_and_what_has_had_its_attempts_fails()
    {
        await using var installation = await Installation.CreateAsync();
        var team = await Team.CreateAsync(installation, Ct);
        var now = TimeProvider.System.GetUtcNow();
        var own = await AddAsync(installation, team, ExportFormat.Csv, t => t.Claim(installation.Get<DataPaths>().Node, now));
        var expired = await AddAsync(installation, team, ExportFormat.Csv, t => t.Claim("dead-node", now - TimeSpan.FromMinutes(5)));
        var living = await AddAsync(installation, team, ExportFormat.Csv, t => t.Claim("living-node", now));
        var cancelled = await AddAsync(installation, team, ExportFormat.Csv, t =>
        {
            t.Claim("dead-node", now - TimeSpan.FromMinutes(5));
            t.RequestCancel(now);
        });
        var deadly = await AddAsync(installation, team, ExportFormat.Csv, t =>
        {
            for (var attempt = Transfer.MostAttempts; attempt > 0; attempt--)
                t.Claim("dead-node", now - TimeSpan.FromMinutes(5 * attempt));
        });
        await installation.Get<TransferRecovery>().RecoverAsync(atStart: true, Ct);
        async Task<TransferStatus> Status(Transfer transfer) => (await ReadAsync(installation, transfer))!.Status;
        Assert.Equal(
            [TransferStatus.Queued, TransferStatus.Queued, TransferStatus.Running, TransferStatus.Cancelled, TransferStatus.Failed],
            [await Status(own), await Status(expired), await Status(living), await Status(cancelled), await Status(deadly)]);
        var signals = installation.Get<TransferSignals>();
        Assert.Equal([true, true, false, false, false], new[] { own, expired, living, cancelled, deadly }.Select(t => signals.IsAsked(t.Id)));
    }

    [Fact]
    public async Task After_seven_days_row_and_file_are_gone()
    {
        var time = new ManualTime();
        await using var installation = await Installation.CreateAsync(time: time);
        var team = await Team.CreateAsync(installation, Ct);
        var transfer = await AddAsync(installation, team, ExportFormat.Mvtec);
        await WorkAsync(installation, transfer);
        var file = (await ReadAsync(installation, transfer))!.File!;
        time.Offset = Transfer.Lifetime - TimeSpan.FromMinutes(1);
        await installation.Get<TransferRecovery>().RecoverAsync(atStart: false, Ct);
        await installation.Get<BlobSweeper>().SweepAsync(Ct);
        Assert.NotNull(await ReadAsync(installation, transfer));
        await using (var kept = await installation.Blobs.OpenReadAsync(team.Tenant, file, Ct))
            Assert.NotNull(kept);
        time.Offset = Transfer.Lifetime + TimeSpan.FromHours(1);
        await installation.Get<TransferRecovery>().RecoverAsync(atStart: false, Ct);
        await installation.Get<BlobSweeper>().SweepAsync(Ct);
        Assert.Null(await ReadAsync(installation, transfer));
        Assert.Null(await installation.Blobs.OpenReadAsync(team.Tenant, file, Ct));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_running_one_stops_at_once_when_it_is_cancelled_or_its_project_is_deleted(bool deleted)
    {
        var slow = new SlowWork();
        await using var installation = await Installation.CreateAsync();
        var team = await Team.CreateAsync(installation, Ct);
        var transfer = await AddAsync(installation, team, ExportFormat.Csv);
        var job = ActivatorUtilities.CreateInstance<TransferJob>(installation.Services, (IEnumerable<ITransferWork>)[slow]);
        var work = job.ExecuteAsync(team.Tenant.Value, transfer.Id.Value, Ct);
        await slow.Begun.Task.WaitAsync(TimeSpan.FromSeconds(20), Ct);
        await using (var context = installation.Db.ForTenant(team.Tenant))
        {
            if (deleted)
                context.Projects.Remove(await context.Projects.SingleAsync(Ct));
            else
                Assert.True((await context.Transfers.SingleAsync(Ct)).RequestCancel(TimeProvider.System.GetUtcNow()).Succeeded);
            await context.SaveChangesAsync(Ct);
        }

        await work.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        Assert.Equal(deleted ? null : TransferStatus.Cancelled, (await ReadAsync(installation, transfer))?.Status);
    }

    [Fact]
    public async Task A_node_that_stops_puts_its_work_back()
    {
        var slow = new SlowWork();
        await using var installation = await Installation.CreateAsync();
        var team = await Team.CreateAsync(installation, Ct);
        var transfer = await AddAsync(installation, team, ExportFormat.Csv);
        var job = ActivatorUtilities.CreateInstance<TransferJob>(installation.Services, (IEnumerable<ITransferWork>)[slow]);
        using var shutdown = new CancellationTokenSource();
        var work = job.ExecuteAsync(team.Tenant.Value, transfer.Id.Value, shutdown.Token);
        await slow.Begun.Task.WaitAsync(TimeSpan.FromSeconds(20), Ct);
        await shutdown.CancelAsync();
        await work;
        var row = (await ReadAsync(installation, transfer))!;
        Assert.Equal((TransferStatus.Queued, null), (row.Status, row.ClaimedBy));
    }

    private static async Task<Transfer> AddAsync(Installation installation, Team team, ExportFormat format, Action<Transfer>? before = null)
    {
        var transfer = Transfer.OfExport(team.Tenant, team.Project.Id, new ExportChoice(format), Team.Somebody, TimeProvider.System.GetUtcNow());
        before?.Invoke(transfer);
        await using var context = installation.Db.ForTenant(team.Tenant);
        context.Transfers.Add(transfer);
        await context.SaveChangesAsync(Ct);
        return transfer;
    }

    private static async Task WorkAsync(Installation installation, Transfer transfer)
    {
        await using var scope = installation.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<TransferJob>().ExecuteAsync(transfer.TenantId.Value, transfer.Id.Value, Ct);
    }

    private static async Task<Transfer?> ReadAsync(Installation installation, Transfer transfer)
    {
        await using var context = installation.Db.ForTenant(transfer.TenantId);
        return await context.Transfers.AsNoTracking().FirstOrDefaultAsync(t => t.Id == transfer.Id, Ct);
    }

    private static async Task<Transfer> UntilOverAsync(Installation installation, Transfer transfer)
    {
        for (var i = 0; i < 600; i++)
        {
            if (await ReadAsync(installation, transfer) is { IsOver: true } row)
                return row;
            await Task.Delay(50, Ct);
        }

        var last = await ReadAsync(installation, transfer);
        throw new TimeoutException($"The export is {last?.Status}, attempt {last?.Attempt}, {last?.Done} of {last?.Total}.");
    }

    /// <summary>Works until it is stopped.</summary>
    private sealed class SlowWork : ITransferWork
    {
        public TaskCompletionSource Begun { get; } = new();

        public IReadOnlyCollection<TransferKind> Kinds => [TransferKind.Export];

        public async Task<Result<TransferOutcome>> DoAsync(TransferTask task, CancellationToken ct)
        {
            Begun.SetResult();
            await Task.Delay(Timeout.Infinite, ct);
            return new TransferOutcome(new TransferCounts());
        }
    }
}
