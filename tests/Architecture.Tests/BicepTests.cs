using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using FewShotAD.Domain.Training;
using FewShotAD.TestKit;

namespace FewShotAD.Architecture.Tests;

/// <summary>What describes the installation on Azure compiles without a word from the compiler or its linter.</summary>
public sealed partial class BicepTests
{
    private static readonly string Root = Path.Combine(SharedFiles.RepositoryRoot, "infra", "bicep");

    public static TheoryData<string> Files => new(
        Directory.EnumerateFiles(Root, "*.bicep*", SearchOption.AllDirectories)
            .Where(path => path.EndsWith(".bicep", StringComparison.Ordinal) || path.EndsWith(".bicepparam", StringComparison.Ordinal))
            .Select(path => Path.GetRelativePath(Root, path)));

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_compiles_without_a_warning(string file)
    {
        var (code, said) = await CompileAsync(Path.Combine(Root, file));
        Assert.True(code == 0 && said.Length == 0, said);
    }

    [Theory]
    [InlineData("param unused string", "no-unused-params")]
    [InlineData("resource a 'Microsoft.Storage/storageAccounts@2023-05-01' = { name: 'abc', location: 'westeurope', kind: 'StorageV2', sku: { name: 'Standard_LRS' }, properties: { colour: 'red' } }", "BCP037")]
    public async Task A_fault_is_found(string text, string rule)
    {
        var folder = Directory.CreateTempSubdirectory("fewshotad-bicep-").FullName;
        try
        {
            File.Copy(Path.Combine(Root, "bicepconfig.json"), Path.Combine(folder, "bicepconfig.json"));
            var file = Path.Combine(folder, "main.bicep");
            await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
            Assert.Contains(rule, (await CompileAsync(file)).Said, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The rule that adds workers asks the database in its own words: a state that is renamed would leave the queue without any.</summary>
    [Fact]
    public async Task The_scale_rule_counts_the_runs_that_are_not_over()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Root, "modules", "worker.bicep"), TestContext.Current.CancellationToken);
        var states = Quoted().Matches(text.Split('\n').Single(line => line.StartsWith("var unfinishedRuns", StringComparison.Ordinal))).Select(m => m.Groups[1].Value);
        Assert.Equal([nameof(RunStatus.Queued), nameof(RunStatus.Running)], states);
    }

    private static async Task<(int Code, string Said)> CompileAsync(string file)
    {
        var bicep = typeof(BicepTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "BicepPath").Value!;
        var start = new ProcessStartInfo(bicep) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { file.EndsWith(".bicepparam", StringComparison.Ordinal) ? "build-params" : "build", file, "--stdout" })
            start.ArgumentList.Add(argument);
        // What a deployment reads from its surroundings.
        start.Environment["FEWSHOTAD_VERSION"] = "0.1.0";
        start.Environment["FEWSHOTAD_DATABASE_PASSWORD"] = "only for compiling";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await output;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, said);
    }

    [GeneratedRegex(@"\\'(\w+)\\'")]
    private static partial Regex Quoted();
}
