using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Identity;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Scoring;
using FewShotAD.Infrastructure.Tests.Support;
using FewShotAD.Infrastructure.Transfers;
using FewShotAD.TestKit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FewShotAD.Portal.Tests.Support;

/// <summary>
/// The portal as its program builds it, over a data directory and a database of its own (<see cref="DatabaseUnderTest"/>) and without a
/// socket. Replaced are only the clock and the queue, which writes down what it is asked instead of starting training programs.
/// </summary>
public class PortalHost : WebApplicationFactory<App>, IAsyncLifetime
{
    // Together until the last host ends: a process buffers large uploads in the first folder it was told of, whichever host asks.
    private static readonly string Root = Directory.CreateTempSubdirectory("fewshotad-portal-").FullName;
    private static int alive;

    private readonly string data = Path.Combine(Root, $"{Interlocked.Increment(ref alive)}-{Guid.NewGuid():N}");

    private Dictionary<string, string?> database = [];

    /// <summary>Settings beside the usual ones; given before the host starts.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>Never started here; the portal only wants to see that it exists.</summary>
    protected virtual string Trainer => typeof(App).Assembly.Location;

    public string DataDirectory => data;

    public RecordingQueue Queue { get; } = new();

    /// <summary>Begins now, because cookies outlive a test by the real clock, and goes on only when a test says so.</summary>
    public FakeTime Time { get; } = new(TimeProvider.System.GetUtcNow());

    public PortalDb Db => Services.GetRequiredService<PortalDb>();

    /// <summary>A browser that follows no redirect by itself, so that a test sees each answer.</summary>
    public virtual HttpClient CreateBrowser() => CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });

    /// <summary>Here, and not at first use: two tests that begin at once would start it twice.</summary>
    public virtual async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(data);
        await TestDatabase.CopyAsync(data);
        database = await DatabaseUnderTest.SettingsAsync(data);
        StartServer();
    }

    /// <summary>Does an export or import as the queue's worker would, to its end.</summary>
    public async Task WorkAsync(TenantId tenant, TransferId transfer, CancellationToken ct)
    {
        await using var scope = Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<TransferJob>().ExecuteAsync(tenant.Value, transfer.Value, ct);
    }

    /// <summary>As the command <c>grant-admin</c> does.</summary>
    public async Task GrantAdministrationAsync(string email, CancellationToken ct)
    {
        await using var scope = Services.CreateAsyncScope();
        Assert.True((await scope.ServiceProvider.GetRequiredService<Administrators>().GrantAsync(email, "a test", ct)).Succeeded);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        builder.UseSetting("DataDirectory", data);
        builder.UseSetting("Training:Executable", Trainer);
        foreach (var (name, value) in database)
            builder.UseSetting(name, value);
        // Webhooks of tests go nowhere: to a port of this machine at which nobody listens.
        Environment.SetEnvironmentVariable("HTTPS_PROXY", "http://127.0.0.1:9");
        builder.UseSetting("Webhooks:UseProxy", "true");
        // A test looks at schedules when it wants to.
        builder.UseSetting("Schedules:Interval", "1.00:00:00");
        builder.UseSetting("Notices:Interval", "1.00:00:00");
        builder.UseSetting("Serilog:MinimumLevel:Default", "Fatal");
        builder.UseSetting("Serilog:MinimumLevel:Override:Microsoft", "Fatal");
        builder.UseSetting("Serilog:MinimumLevel:Override:Microsoft.Hosting.Lifetime", "Fatal");
        foreach (var (name, value) in Settings)
            builder.UseSetting(name, value);
        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton<IRunQueue>(Queue);
            // They wake by the clock that all tests share, in the middle of whatever one of them counts: runs that wait go into the queue
            // again, scores follow their ignore regions.
            foreach (var work in new[] { typeof(RunRecovery), typeof(RescoreService) })
                services.Remove(services.Single(s => s.ServiceType == typeof(IHostedService) && s.ImplementationFactory?.Method.ReturnType == work));
            services.AddSingleton<ITransferQueue, SilentTransferQueue>();
            services.AddSingleton<TimeProvider>(Time);
        });
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await TestDatabase.DropAsync(data);
        if (Interlocked.Decrement(ref alive) == 0)
            Directory.Delete(Root, recursive: true);
        GC.SuppressFinalize(this);
    }
}
