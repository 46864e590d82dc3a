using System.Net.Http.Headers;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Scoring;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Support;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Scoring;

[CollectionDefinition(nameof(ScoringCollection))]
public sealed class ScoringCollection : ICollectionFixture<ScoringHost>;

/// <summary>
/// A portal with a socket and the real training program, and a model of each kind that it has trained. The side is small; the environment
/// variable FEWSHOTAD_SCORING_SIDE=224 makes it the usual one, to measure.
/// </summary>
public sealed class ScoringHost : PortalHost, IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("fewshotad-models-").FullName;

    internal static int Side { get; } = int.TryParse(Environment.GetEnvironmentVariable("FEWSHOTAD_SCORING_SIDE"), out var side) ? side : 64;

    protected override string Trainer => TrainingProgram.Path;

    internal IReadOnlyDictionary<DetectionMethod, Trained> Models { get; private set; } = new Dictionary<DetectionMethod, Trained>();

    internal ScoringPool Pool => Services.GetRequiredService<ScoringPool>();

    internal string Folder => folder;

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        var small = TrainingRecipe.For(TrainingPreset.Quick) with { Shots = 2, ImageSize = Side, Epochs = 1, StepsPerEpoch = 2, BatchSize = 2 };
        var patchCore = TrainingRecipe.For(TrainingPreset.Quick, DetectionMethod.PatchCore) with { Shots = 2, ImageSize = Side };
        Models = new Dictionary<DetectionMethod, Trained>
        {
            [DetectionMethod.RegAd] = await TrainingProgram.TrainAsync(Path.Combine(folder, "regad"), small, testImages: 8),
            [DetectionMethod.PatchCore] = await TrainingProgram.TrainAsync(Path.Combine(folder, "patchcore"), patchCore, testImages: 4),
        };
        UseKestrel(0);
        await base.InitializeAsync();
    }

    /// <summary>Through the socket; the factory's own client follows redirects there whatever it is told.</summary>
    public override HttpClient CreateBrowser() =>
        new(new HttpClientHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = ClientOptions.BaseAddress };

    /// <summary>Gives a team a project with the model.</summary>
    internal async Task<TrainedModel> GiveAsync(TeamAtWork team, DetectionMethod method)
    {
        var trained = Models[method];
        var project = await team.ProjectAsync();
        await team.ShotsAsync(project, 2);
        var run = await team.RunAsync(project, trained.Recipe);
        BlobKey bundle;
        await using (var file = File.OpenRead(trained.Bundle))
            bundle = await Services.GetRequiredService<IBlobStore>().PutAsync(team.Tenant, BlobKind.Model, file, default);
        await using var context = team.Open();
        var row = await context.Runs.SingleAsync(r => r.Id == run);
        var version = (await context.Projects.SingleAsync(p => p.Id == project)).TakeModelVersion();
        var model = TrainedModel.Create(row, version, bundle, trained.Written.Bytes, trained.Written.DataHash, trained.Written.Calibration, Time.Now);
        context.Models.Add(model);
        await context.SaveChangesAsync();
        return model;
    }

    /// <summary>A program with a key of the team.</summary>
    internal async Task<HttpClient> ProgramAsync(TeamAtWork team, TeamPermissions scopes)
    {
        var (key, token) = ApiKey.Create(team.Tenant, "A program", scopes, ApiKey.MaxRequestsPerMinute, null, team.Owner.User, Time.Now).Value;
        await using var context = team.Open();
        context.ApiKeys.Add(key);
        await context.SaveChangesAsync();
        var http = CreateBrowser();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("Training:Device", "cpu");
        // Smaller than both models together, so that they have to make room for each other.
        builder.UseSetting("Scoring:MemoryMegabytes", "64");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
