using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.TestKit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Support;

/// <summary>
/// The portal as its program builds it, over a data directory of its own and without a socket. Replaced are only the clock and
/// the queue, which writes down what it is asked instead of starting training programs.
/// </summary>
public sealed class PortalHost : WebApplicationFactory<App>, IAsyncLifetime
{
    private readonly string data = Directory.CreateTempSubdirectory("fewshotad-portal-").FullName;

    public RecordingQueue Queue { get; } = new();

    /// <summary>Begins now, because cookies outlive a test by the real clock, and goes on only when a test says so.</summary>
    public FakeTime Time { get; } = new(TimeProvider.System.GetUtcNow());

    public PortalDb Db => Services.GetRequiredService<PortalDb>();

    /// <summary>A browser that follows no redirect by itself, so that a test sees each answer.</summary>
    public HttpClient CreateBrowser() => CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });

    /// <summary>Here, and not at first use: two tests that begin at once would start it twice.</summary>
    public ValueTask InitializeAsync()
    {
        StartServer();
        return ValueTask.CompletedTask;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        builder.UseSetting("DataDirectory", data);
        // Never started here; the portal only wants to see that it exists.
        builder.UseSetting("Training:Executable", typeof(App).Assembly.Location);
        builder.UseSetting("Serilog:MinimumLevel:Default", "Fatal");
        builder.UseSetting("Serilog:MinimumLevel:Override:Microsoft", "Fatal");
        builder.UseSetting("Serilog:MinimumLevel:Override:Microsoft.Hosting.Lifetime", "Fatal");
        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton<IRunQueue>(Queue);
            services.AddSingleton<TimeProvider>(Time);
        });
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        // SQLite's pool holds the file open a little longer; on Linux that keeps nobody from deleting it.
        Directory.Delete(data, recursive: true);
        GC.SuppressFinalize(this);
    }
}
