using System.Diagnostics.Metrics;
using FewShotAD.Infrastructure.Telemetry;
using FewShotAD.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Infrastructure.Tests.Telemetry;

/// <summary>A stand-in for the driver's program; there is no card where these tests run.</summary>
public sealed class GraphicsCardsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fewshotad-cards-").FullName;
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cards_tell_their_memory_and_how_busy_they_are()
    {
        var program = Program(
            """[ "$1" = "--query-gpu=index,memory.used,memory.total,utilization.gpu" ] && [ "$2" = "--format=csv,noheader,nounits" ] || exit 2""",
            "echo '0, 1024, 15360, 37'", "echo '1, 0, 143771, [N/A]'", "echo 'Unable to determine the device handle'");
        var (cards, measured) = Open(program);
        using (measured)
        {
            Assert.Empty(measured.Look("hw.gpu.memory.usage"));
            await cards.ReadAsync(Ct);
            Assert.Equal([("hw.id=0", 1024.0 * 1024 * 1024), ("hw.id=1", 0)], measured.Look("hw.gpu.memory.usage").Select(card => (card.Tags, card.Value)));
            Assert.Equal([15_360.0 * 1024 * 1024, 143_771.0 * 1024 * 1024], measured.Look("hw.gpu.memory.limit").Select(card => card.Value));
            Assert.Equal([("hw.id=0", 0.37)], measured.Look("hw.gpu.utilization").Select(card => (card.Tags, card.Value)));
            await File.WriteAllTextAsync(program, "#!/bin/sh\nexit 9\n", Ct);
            await cards.ReadAsync(Ct);
            Assert.Empty(measured.Look("hw.gpu.memory.usage"));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("/nowhere/a-program-of-no-driver")]
    public async Task Without_a_driver_nothing_is_told(string program)
    {
        var (cards, measured) = Open(program);
        using (measured)
        {
            await cards.ReadAsync(Ct);
            await cards.ReadAsync(Ct);
            Assert.Empty(measured.Look("hw.gpu.memory.usage"));
        }
    }

    public void Dispose()
    {
        services.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private (GraphicsCards Cards, Measured Measured) Open(string program)
    {
        var (cards, meters) = (new GraphicsCards(program), services.GetRequiredService<IMeterFactory>());
        _ = new Instruments(meters, new QueueLevels(null!, TimeProvider.System), cards);
        return (cards, new Measured(meters, Instruments.Meter));
    }

    private string Program(params string[] commands)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("The stand-in for the driver's program is a shell script.");
        var path = Path.Combine(folder, "program");
        File.WriteAllText(path, $"#!/bin/sh\n{string.Join('\n', commands)}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
