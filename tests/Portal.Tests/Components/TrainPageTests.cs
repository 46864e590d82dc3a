using Bunit;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Queueing;
using FewShotAD.Infrastructure.Quotas;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Features.Registrations;
using FewShotAD.Portal.Features.Training;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Tests.Components;

/// <summary>The backbones that the train page offers, and the recipe that comes out.</summary>
public sealed class TrainPageTests(PortalHost host) : PortalTest(host)
{
    // What somebody's account has fetched before must not decide the test.
    static TrainPageTests() => Environment.SetEnvironmentVariable("XDG_CACHE_HOME", Path.Combine(Path.GetTempPath(), $"fewshotad-no-cache-{Guid.NewGuid():N}"));

    private readonly string folder = Directory.CreateTempSubdirectory("fewshotad-backbones-").FullName;

    public override async ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Each_backbone_says_its_licence_what_it_has_seen_and_where_its_files_are()
    {
        Put("mobilenet_v2/model.json", "mobilenet_v2/group1-shard1of3", "mobilenet_v2/group1-shard2of3", "mobilenet_v2/group1-shard3of3", "resnet18/mine.pth");
        await using var context = Context();
        var page = await PageAsync(context);
        Assert.Equal(["mobilenet_v2", "resnet18", "wide_resnet50_2"], Offered(page));
        Assert.Equal("on this machine", Files(page, "mobilenet_v2"));
        Assert.Equal("a file of your own on this machine", Files(page, "resnet18"));
        Assert.Equal("138 MB, fetched from download.pytorch.org by the first run", Files(page, "wide_resnet50_2"));
        Assert.Contains("BSD-3-Clause, trained on ImageNet", page.Find("label:has([data-test=backbone-resnet18])").TextContent, StringComparison.Ordinal);

        page.Find("[data-test=backbone-wide_resnet50_2]").Change(true);
        page.WaitForAssertion(() => Assert.Contains("Wide ResNet-50-2, 224 px", page.Find("[data-test=card-backbone]").TextContent, StringComparison.Ordinal));
        Assert.False(page.Find("[data-test=start-training]").HasAttribute("disabled"));
    }

    [Fact]
    public async Task A_method_that_cannot_use_the_backbone_goes_back_to_the_default_and_says_so()
    {
        await using var context = Context();
        var page = await PageAsync(context);
        page.Find("[data-test=method-uniad]").Change(true);
        page.WaitForAssertion(() => Assert.Equal(["mobilenet_v2", "resnet18", "wide_resnet50_2", "efficientnet_b4"], Offered(page)));
        page.Find("[data-test=backbone-efficientnet_b4]").Change(true);
        page.Find("[data-test=method-patchcore]").Change(true);
        page.WaitForAssertion(() => Assert.True(page.Find("[data-test=backbone-efficientnet_b4]").HasAttribute("checked")));
        Assert.Empty(page.FindAll("[data-test=backbone-note]"));

        page.Find("[data-test=method-regad]").Change(true);
        page.WaitForAssertion(() => Assert.Equal(["mobilenet_v2", "resnet18", "wide_resnet50_2"], Offered(page)));
        Assert.True(page.Find("[data-test=backbone-mobilenet_v2]").HasAttribute("checked"));
        Assert.Equal("RegAD cannot use EfficientNet-B4: MobileNetV2 is chosen instead.", page.Find("[role=status] [data-test=backbone-note]").TextContent);
        page.Find("[data-test=backbone-resnet18]").Change(true);
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-test=backbone-note]")));
    }

    [Fact]
    public async Task A_backbone_that_cannot_be_had_keeps_the_run_from_starting()
    {
        Put("resnet18.pth", "resnet18-2.pth");
        await using var context = Context();
        var page = await PageAsync(context);
        // What the build brings along is not beside this test's training program.
        Assert.Contains("restore-assets", page.Find(".fs-failed").TextContent, StringComparison.Ordinal);
        Assert.True(page.Find("[data-test=start-training]").HasAttribute("disabled"));
        page.Find("[data-test=backbone-resnet18]").Change(true);
        page.WaitForAssertion(() => Assert.Contains("resnet18-2.pth, resnet18.pth", page.Find(".fs-failed").TextContent, StringComparison.Ordinal));
        Assert.True(page.Find("[data-test=start-training]").HasAttribute("disabled"));
    }

    [Fact]
    public async Task The_run_gets_the_backbone_that_was_chosen()
    {
        await using var context = Context();
        var page = await PageAsync(context);
        page.Find("[data-test=method-uniad]").Change(true);
        page.WaitForElement("[data-test=backbone-efficientnet_b4]").Change(true);
        page.WaitForAssertion(() => Assert.False(page.Find("[data-test=start-training]").HasAttribute("disabled")));
        await page.Find("[data-test=start-training]").ClickAsync(new());
        await using var rows = Team.Open();
        var run = await rows.Runs.SingleAsync(Ct);
        Assert.Equal((DetectionMethod.UniAd, "efficientnet_b4"), (run.Recipe.Method, run.Recipe.Backbone));
        Assert.Contains(("Backbone", "EfficientNet-B4"), RecipeText.Rows(run.Recipe));
    }

    [Fact]
    public async Task The_same_work_is_started_twice_only_when_that_is_said()
    {
        await using var context = Context();
        var page = await PageAsync(context);
        page.Find("[data-test=backbone-resnet18]").Change(true);
        page.WaitForAssertion(() => Assert.Contains("min", page.Find("[data-test=plan-takes]").TextContent, StringComparison.Ordinal));
        await page.Find("[data-test=start-training]").ClickAsync(new());
        await page.Find("[data-test=start-training]").ClickAsync(new());
        Assert.Contains("Run 1 does the same already", page.Find("[data-test=same-run]").TextContent, StringComparison.Ordinal);
        await using var rows = Team.Open();
        Assert.Equal(1, await rows.Runs.CountAsync(Ct));
        await page.Find("[data-test=start-again]").ClickAsync(new());
        Assert.Equal(2, await rows.Runs.CountAsync(Ct));
    }

    private static string[] Offered(IRenderedComponent<TrainPage> page) =>
        [.. page.FindAll("input[name=backbone]").Select(input => input.GetAttribute("data-test")!["backbone-".Length..])];

    private static string Files(IRenderedComponent<TrainPage> page, string backbone) => page.Find($"[data-test=backbone-files-{backbone}]").TextContent;

    private void Put(params string[] names)
    {
        foreach (var path in names.Select(name => Path.Combine(folder, name)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "weights");
        }
    }

    private async Task<IRenderedComponent<TrainPage>> PageAsync(BunitContext context)
    {
        var project = await Team.ProjectAsync();
        await Team.RowsAsync(project, ("a", ImageSplit.Support, ImageLabel.Normal), ("b", ImageSplit.Support, ImageLabel.Normal));
        var page = context.Render<TrainPage>(p => p.Add(c => c.IdText, project.ToString()));
        page.WaitForState(() => page.FindAll("[aria-busy]").Count == 0);
        return page;
    }

    private BunitContext Context()
    {
        var context = Host.Circuit(
            Team.Owner, typeof(GetProject), typeof(ListProjects), typeof(PlanRun), typeof(StartRun), typeof(BackboneFiles), typeof(ListRegistrations), typeof(Features.Review.ListQueue));
        context.Services.AddSingleton<IRunQueue>(Host.Queue);
        context.Services.AddSingleton(Get<TeamQuotas>());
        context.Services.AddSingleton(Get<RunQueueView>());
        context.Services.AddSingleton(Get<RunTickets>());
        context.Services.AddSingleton(Options.Create(new BackboneOptions { Directory = folder }));
        // An empty folder beside the training program, so that nothing of the machine decides the test.
        context.Services.AddSingleton(Options.Create(new TrainingOptions { Executable = Path.Combine(folder, "program", "fewshotad.dll") }));
        return context;
    }
}
