using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>The commands of the portal's program, as processes of their own.</summary>
public sealed class CommandTests : IDisposable
{
    private const string Password = "three plain words";

    private readonly string folder = Directory.CreateTempSubdirectory("fewshotad-command-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bootstrap_makes_an_installation_and_finds_it_again()
    {
        var made = await BootstrapAsync(folder, "Line 4", "ada@example.com", Password);
        Assert.True(made.GetProperty("accountCreated").GetBoolean());
        Assert.False(made.TryGetProperty("apiKey", out _));
        var again = await BootstrapAsync(folder, "Line 4", "ADA@example.com", Password, "--api-key");
        Assert.Equal(made.GetProperty("teamId").GetGuid(), again.GetProperty("teamId").GetGuid());
        Assert.Equal(made.GetProperty("userId").GetGuid(), again.GetProperty("userId").GetGuid());
        Assert.False(again.GetProperty("accountCreated").GetBoolean() || again.GetProperty("teamCreated").GetBoolean());
        Assert.StartsWith("fsad_", again.GetProperty("apiKey").GetString(), StringComparison.Ordinal);
        var second = await BootstrapAsync(folder, "Line 5", "ada@example.com", Password);
        Assert.True(second.GetProperty("teamCreated").GetBoolean());
        Assert.Equal(made.GetProperty("userId").GetGuid(), second.GetProperty("userId").GetGuid());

        foreach (var (email, password, says) in new[] { ("ada@example.com", "not her password", "another password"), ("eve@example.com", "short", "at least 10"), ("no address", Password, "not an e-mail") })
        {
            var refused = await RunAsync(folder, password, "bootstrap", "--team", "Line 4", "--email", email, "--password-stdin");
            Assert.Equal((1, ""), (refused.ExitCode, refused.Out));
            Assert.Contains(says, refused.Error, StringComparison.Ordinal);
        }

        var incomplete = await RunAsync(folder, Password, "bootstrap", "--team", "Line 4");
        Assert.NotEqual(0, incomplete.ExitCode);
        Assert.Contains("--email", incomplete.Error, StringComparison.Ordinal);

        var whole = await RunAsync(folder, "", "verify-audit");
        Assert.Equal((0, 3), (whole.ExitCode, whole.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length));
        Assert.StartsWith("whole   platform  0 entries", whole.Out, StringComparison.Ordinal);
        await using (var database = new SqliteConnection($"Data Source={Path.Combine(folder, "portal.db")};Pooling=False"))
        {
            await database.OpenAsync(Ct);
            await using var command = database.CreateCommand();
            command.CommandText = "UPDATE Audit SET Detail = 'Line 6' WHERE Sequence = 1 AND Detail = 'Line 4'";
            Assert.Equal(1, await command.ExecuteNonQueryAsync(Ct));
        }

        var broken = await RunAsync(folder, "", "verify-audit");
        Assert.Equal(1, broken.ExitCode);
        Assert.Contains("BROKEN", broken.Out, StringComparison.Ordinal);
        Assert.Contains("at entry 1", broken.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_administrator_is_made_and_unmade_and_both_stand_in_the_platforms_trail()
    {
        await BootstrapAsync(folder, "Line 4", "ada@example.com", Password);
        var nobody = await RunAsync(folder, "", "grant-admin", "--email", "eve@example.com");
        Assert.Equal((1, ""), (nobody.ExitCode, nobody.Out));
        Assert.Contains("no account eve@example.com", nobody.Error, StringComparison.Ordinal);
        foreach (var (command, says) in new[] { ("grant-admin", "is an administrator"), ("revoke-admin", "is no administrator") })
        {
            var done = await RunAsync(folder, "", command, "--email", "Ada@example.com");
            Assert.Equal((0, ""), (done.ExitCode, done.Error));
            Assert.Contains(says, done.Out, StringComparison.Ordinal);
            Assert.Equal(1, (await RunAsync(folder, "", command, "--email", "Ada@example.com")).ExitCode);
        }

        var whole = await RunAsync(folder, "", "verify-audit");
        Assert.StartsWith("whole   platform  2 entries", whole.Out, StringComparison.Ordinal);
        var cut = await RunAsync(folder, "", "verify-audit", "--known", $"platform={new string('a', 64)}");
        Assert.Equal(1, cut.ExitCode);
        Assert.StartsWith("BROKEN  platform", cut.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bootstrap_works_beside_a_running_portal()
    {
        await using var portal = await PortalProcess.StartAsync(Ct);
        var made = await BootstrapAsync(portal.DataDirectory, "Line 4", "ada@example.com", Password, "--api-key");
        using var http = new HttpClient { BaseAddress = new Uri(portal.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.GetProperty("apiKey").GetString());
        // There is no such image, which only somebody who may look is told.
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"/api/v1/images/{Guid.NewGuid()}/view", Ct)).StatusCode);
        Assert.Equal(0, (await RunAsync(portal.DataDirectory, "", "verify-audit")).ExitCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/live", Ct)).StatusCode);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static async Task<JsonElement> BootstrapAsync(string data, string team, string email, string password, params string[] more)
    {
        var run = await RunAsync(data, password + "\n", ["bootstrap", "--team", team, "--email", email, "--password-stdin", .. more]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("", run.Error);
        return JsonDocument.Parse(run.Out).RootElement;
    }

    internal static async Task<(int ExitCode, string Out, string Error)> RunAsync(string data, string input, params string[] arguments)
    {
        var configuration = typeof(CommandTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        var portal = Path.Combine(SharedFiles.RepositoryRoot, "src", "Portal");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(portal, "bin", configuration, "net10.0", "FewShotAD.Portal.dll"), .. arguments])
        {
            WorkingDirectory = portal,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DataDirectory"] = data;
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input.AsMemory(), Ct);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Ct), process.StandardError.ReadToEndAsync(Ct));
        await process.WaitForExitAsync(Ct);
        return (process.ExitCode, await output, await error);
    }
}
