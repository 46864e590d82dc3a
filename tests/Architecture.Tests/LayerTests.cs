using System.Reflection;
using System.Xml.Linq;
using FewShotAD.TestKit;
using NetArchTest.Rules;

namespace FewShotAD.Architecture.Tests;

/// <summary>The arrows of the house: Domain ← Imaging ← TrainingJobs, Domain ← Infrastructure, Portal → all but the training program.</summary>
public class LayerTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Domain"] = [],
        ["Imaging"] = ["Domain"],
        ["Infrastructure"] = ["Domain"],
        ["TrainingJobs"] = ["Domain", "Imaging"],
        // The training program is started as a process: the reference builds it and takes nothing from it.
        ["Portal"] = ["Domain", "Imaging", "Infrastructure"],
    };

    public static TheoryData<string> Projects => new(Allowed.Keys);

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_the_house_allows(string name)
    {
        var file = Path.Combine(SharedFiles.RepositoryRoot, "src", name, $"FewShotAD.{name}.csproj");
        var references = XDocument.Load(file).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))
            .Select(project => project["FewShotAD.".Length..]);
        Assert.Empty(references.Except(Allowed[name]));
    }

    [Fact]
    public void Every_source_project_is_known_here()
    {
        var projects = Directory.GetDirectories(Path.Combine(SharedFiles.RepositoryRoot, "src")).Select(Path.GetFileName);
        Assert.Equal(Allowed.Keys.Order(), projects.Order());
    }

    [Fact]
    public void The_domain_knows_neither_web_nor_database_nor_tensors()
    {
        var result = Types.InAssembly(typeof(Domain.Common.Error).Assembly).ShouldNot()
            .HaveDependencyOnAny("Microsoft.EntityFrameworkCore", "Microsoft.AspNetCore", "Hangfire", "TorchSharp", "SkiaSharp", "Azure")
            .GetResult();
        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }

    [Fact]
    public void The_portal_never_loads_torch()
    {
        var result = Types.InAssembly(typeof(Portal.App).Assembly).ShouldNot().HaveDependencyOnAny("TorchSharp", "FewShotAD.TrainingJobs").GetResult();
        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
        var folder = Path.GetDirectoryName(typeof(Portal.App).Assembly.Location)!;
        Assert.False(File.Exists(Path.Combine(folder, "TorchSharp.dll")), "TorchSharp lies beside the portal.");
    }

    [Fact]
    public void Every_entity_belongs_to_a_tenant_or_is_marked_shared()
    {
        var domain = typeof(Domain.Tenancy.ITenantOwned).Assembly;
        var entities = typeof(Infrastructure.Persistence.PortalDbContext).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.PropertyType.IsGenericType && p.PropertyType.Name.StartsWith("DbSet", StringComparison.Ordinal))
            .Select(p => p.PropertyType.GetGenericArguments()[0])
            .Where(type => type.Assembly == domain)
            .ToList();
        Assert.NotEmpty(entities);
        Assert.All(entities, type => Assert.True(
            typeof(Domain.Tenancy.ITenantOwned).IsAssignableFrom(type) || typeof(Domain.Tenancy.ISharedAcrossTenants).IsAssignableFrom(type),
            $"{type.Name} is neither tenant-owned nor shared"));
    }

    [Fact]
    public void A_use_case_takes_the_actor_first_and_a_token_last()
    {
        var handlers = typeof(Portal.App).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && typeof(Portal.Shared.IUseCase).IsAssignableFrom(type))
            .SelectMany(type => type.GetMethods().Where(method => method.Name == "HandleAsync"))
            .ToList();
        Assert.NotEmpty(handlers);
        Assert.All(handlers, method =>
        {
            var parameters = method.GetParameters();
            Assert.Equal(typeof(Portal.Shared.Actor), parameters[0].ParameterType);
            Assert.Equal(typeof(CancellationToken), parameters[^1].ParameterType);
        });
    }

    [Fact]
    public void Files_stay_short()
    {
        var root = SharedFiles.RepositoryRoot;
        var files = new[] { "src", "tests" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*", SearchOption.AllDirectories))
            .Where(file => Path.GetExtension(file) is ".cs" or ".razor" or ".js" or ".css" or ".mjs")
            .Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal)
                && !file.Contains("Migrations", StringComparison.Ordinal));
        Assert.All(files, file => Assert.True(File.ReadLines(file).Count() <= 400, $"{Path.GetRelativePath(root, file)} has over 400 lines"));
    }
}
