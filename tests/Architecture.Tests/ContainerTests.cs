using System.Reflection;
using System.Text.RegularExpressions;
using FewShotAD.Infrastructure;
using FewShotAD.Portal.Commands;
using FewShotAD.TestKit;

namespace FewShotAD.Architecture.Tests;

/// <summary>The image's recipe, read as text: a container engine is not needed to see these faults.</summary>
public sealed partial class ContainerTests
{
    private static readonly string Root = SharedFiles.RepositoryRoot;

    /// <summary>One instruction a line, without comments.</summary>
    private static readonly List<string> Recipe = [.. Continued().Replace(File.ReadAllText(Path.Combine(Root, "Dockerfile")), " ")
        .Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];

    [Fact]
    public void What_is_copied_from_the_checkout_is_there_and_is_sent()
    {
        var sent = File.ReadAllLines(Path.Combine(Root, ".dockerignore")).Where(line => line.StartsWith('!')).Select(line => line[1..]).ToList();
        var copied = Recipe.Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ')[1..^1]).ToList();
        Assert.NotEmpty(copied);
        Assert.All(copied, path => Assert.True(Path.Exists(Path.Combine(Root, path)), path));
        Assert.Equal(copied.Order(), sent.Order());
    }

    [Fact]
    public void It_runs_as_nobody_special_and_tells_how_it_is_by_its_own_program()
    {
        Assert.Equal("USER ${APP_UID}", Recipe.Last(line => line.StartsWith("USER ", StringComparison.Ordinal)));
        var check = Recipe.Single(line => line.StartsWith("HEALTHCHECK ", StringComparison.Ordinal));
        var words = Quoted().Matches(check).Select(match => match.Groups[1].Value).ToArray();
        Assert.Equal(["dotnet", "FewShotAD.Portal.dll"], words[..2]);
        Assert.True(PortalCommands.IsMeant(words[2..]), $"The portal has no command {words[^1]}.");
        Assert.Contains("""ENTRYPOINT ["dotnet", "FewShotAD.Portal.dll"]""", Recipe);
    }

    [Fact]
    public void Every_image_is_named_by_a_version()
    {
        var images = Recipe.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1])
            .Concat(Image().Matches(File.ReadAllText(Path.Combine(Root, "compose.yaml"))).Select(match => match.Groups[1].Value)).ToList();
        Assert.True(images.Count >= 5);
        Assert.All(images, image => Assert.Matches(@":[^/:]+$", image));
        Assert.DoesNotContain(images, image => image.EndsWith(":latest", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Dockerfile")]
    [InlineData("compose.yaml")]
    [InlineData("infra/bicep/modules/web.bicep")]
    [InlineData("infra/bicep/modules/worker.bicep")]
    public void Every_setting_is_one_that_the_portal_has(string file)
    {
        var settings = Setting().Matches(File.ReadAllText(Path.Combine(Root, file))).Select(match => match.Value).Distinct().ToList();
        Assert.NotEmpty(settings);
        Assert.All(settings, setting => Assert.True(IsKnown(setting.Split("__")), $"{file} sets {setting}, which nothing reads."));
    }

    [Fact]
    public void A_setting_that_nothing_reads_is_found() => Assert.False(IsKnown(["Blobs", "Azure", "ServiceUrl"]));

    private static bool IsKnown(string[] path)
    {
        // The library of logs reads its own section.
        if (path[0] == "Serilog")
            return true;
        var type = new[] { typeof(InfrastructureOptions).Assembly, typeof(Portal.App).Assembly }.SelectMany(assembly => assembly.GetTypes())
            .SingleOrDefault(t => t.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string == path[0]);
        foreach (var part in path.Skip(1))
            type = type?.GetProperty(part)?.PropertyType;
        return type is not null;
    }

    [GeneratedRegex(@"\\\n\s*")]
    private static partial Regex Continued();

    [GeneratedRegex("\"([^\"]+)\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"image: (\S+)")]
    private static partial Regex Image();

    [GeneratedRegex(@"\b[A-Z]\w*?__\w+")]
    private static partial Regex Setting();
}
