using FewShotAD.Domain.Storage;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Tests.Support;

namespace FewShotAD.Infrastructure.Tests.Jobs;

/// <summary>An installation with a team, and a worker whose script a test writes.</summary>
internal sealed class JobBench(Installation installation, Team team, string worker) : IAsyncDisposable
{
    public Installation Installation => installation;

    public Team Team => team;

    public string Worker => worker;

    /// <summary>Where a script may put what a test wants to see.</summary>
    public string Copy => Path.Combine(installation.Folder, "copy");

    public static async Task<JobBench> OpenAsync(CancellationToken ct, Dictionary<string, string?>? settings = null)
    {
        var scripts = Installation.TemporaryFolder();
        var worker = FakeWorker.Write(scripts, "exit 0");
        var installation = await Installation.CreateAsync(worker, settings: settings);
        return new JobBench(installation, await Team.CreateAsync(installation, ct), worker);
    }

    public static List<RunEvent> Drain(RunSubscription subscription)
    {
        var events = new List<RunEvent>();
        while (subscription.Events.TryRead(out var happened))
            events.Add(happened);
        return events;
    }

    public void Script(IEnumerable<string> commands) => FakeWorker.Overwrite(worker, installation.Folder, commands);

    public async Task<string> ReadBlobAsync(BlobKey key, CancellationToken ct)
    {
        await using var stream = (await installation.Blobs.OpenReadAsync(team.Tenant, key, ct))!;
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        await installation.DisposeAsync();
        Directory.Delete(Path.GetDirectoryName(worker)!, recursive: true);
    }
}
