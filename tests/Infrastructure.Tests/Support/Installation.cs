using FewShotAD.Domain.Common;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Scoring;
using FewShotAD.TestKit;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FewShotAD.Infrastructure.Tests.Support;

/// <summary>
/// A whole installation over a folder of its own: the registration that the portal uses, a real SQLite file, real blobs.
/// Nothing runs in the background unless <see cref="StartAsync"/> is called.
/// </summary>
internal sealed class Installation : IAsyncDisposable
{
    private readonly IHost host;
    private readonly bool ownsFolder;
    private bool started;

    private Installation(IHost host, string folder, bool ownsFolder) => (this.host, Folder, this.ownsFolder) = (host, folder, ownsFolder);

    public string Folder { get; }

    public string WorkFolder => Path.Combine(Folder, "work");

    public IServiceProvider Services => host.Services;

    public PortalDb Db => Get<PortalDb>();

    public CrossTenantDb Across => Get<CrossTenantDb>();

    public IBlobStore Blobs => Get<IBlobStore>();

    public IRunQueue Queue => Get<IRunQueue>();

    /// <param name="worker">The worker program; by default one that does nothing.</param>
    /// <param name="folder">An existing installation's folder, to open it a second time.</param>
    public static async Task<Installation> CreateAsync(
        string? worker = null, string? folder = null, TimeProvider? time = null, Dictionary<string, string?>? settings = null)
    {
        var own = folder is null;
        folder ??= TemporaryFolder();
        if (own)
            await TestDatabase.CopyAsync(folder);
        return new Installation(await BuildAsync(folder, worker ?? FakeWorker.Write(folder, "exit 0"), time, settings), folder, own);
    }

    public static string TemporaryFolder() => Directory.CreateTempSubdirectory("fewshotad-test-").FullName;

    public T Get<T>()
        where T : notnull => host.Services.GetRequiredService<T>();

    public async Task StartAsync(CancellationToken ct)
    {
        await host.StartAsync(ct);
        started = true;
    }

    public async Task StopAsync(CancellationToken ct)
    {
        started = false;
        await host.StopAsync(ct);
    }

    /// <summary>Takes what lies in a queue, as the worker of another node would, and does nothing with it.</summary>
    public void TakeCalls(string queue, CancellationToken ct)
    {
        using var connection = Get<JobStorage>().GetConnection();
        while (Get<JobStorage>().GetMonitoringApi().EnqueuedCount(queue) > 0)
        {
            using var call = connection.FetchNextJob([queue], ct);
            call.RemoveFromQueue();
        }
    }

    public Task WorkAsync(TrainingRun run, CancellationToken ct) =>
        Get<TrainRunJob>().ExecuteAsync(run.TenantId.Value, run.Id.Value, ct);

    public async Task<TrainingRun> ReadAsync(TrainingRun run, CancellationToken ct)
    {
        await using var context = Db.ForTenant(run.TenantId);
        return await context.Runs.AsNoTracking().FirstAsync(r => r.Id == run.Id, ct);
    }

    public async Task ChangeAsync(TrainingRun run, Func<TrainingRun, Result> change, CancellationToken ct)
    {
        while (true)
        {
            await using var context = Db.ForTenant(run.TenantId);
            var row = await context.Runs.FirstAsync(r => r.Id == run.Id, ct);
            var changed = change(row);
            Assert.True(changed.Succeeded, changed.Error?.Message);
            try
            {
                await context.SaveChangesAsync(ct);
                return;
            }
            catch (DbUpdateConcurrencyException)
            {
                // The worker wrote in between, as it does in the portal.
            }
        }
    }

    /// <summary>Waits until the run is as wanted; fails with what it is instead.</summary>
    public async Task<TrainingRun> UntilAsync(TrainingRun run, Func<TrainingRun, bool> wanted, CancellationToken ct, int seconds = 20)
    {
        var last = run;
        for (var i = 0; i < seconds * 20; i++)
        {
            last = await ReadAsync(run, ct);
            if (wanted(last))
                return last;
            await Task.Delay(50, ct);
        }

        throw new TimeoutException($"Run is {last.Status}, attempt {last.Attempt}, phase {last.Phase}: {last.FailureReason} {last.FailureDetails}");
    }

    /// <summary>Ends the installation and keeps its folder, so that another can be opened over it.</summary>
    public async Task DisposeHostAsync()
    {
        if (started)
            await host.StopAsync();
        started = false;
        await ((IAsyncDisposable)host).DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
    }

    public async ValueTask DisposeAsync()
    {
        await DisposeHostAsync();
        if (!ownsFolder)
            return;
        await TestDatabase.DropAsync(Folder);
        Directory.Delete(Folder, recursive: true);
    }

    private static async Task<IHost> BuildAsync(string folder, string worker, TimeProvider? time, Dictionary<string, string?>? settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = folder });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["DataDirectory"] = folder,
            ["Training:Executable"] = worker,
        });
        builder.Configuration.AddInMemoryCollection(await DatabaseUnderTest.SettingsAsync(folder));
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.Logging.ClearProviders();
        // The queue's log belongs to the process: with a factory of its own, an installation that ends takes it from the others.
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        if (time is not null)
            builder.Services.AddSingleton(time);
        builder.Services.AddAuthentication();
        builder.Services.AddInfrastructure(builder.Configuration, builder.Environment);
        builder.Services.AddSingleton<IScoringPictures, DrawnPictures>();
        return builder.Build();
    }
}
