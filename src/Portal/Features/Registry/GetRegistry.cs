using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Review;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Registry;

public enum ModelStanding
{
    /// <summary>Neither published now nor before, and older than the champion.</summary>
    Older,

    /// <summary>The one that is published.</summary>
    Champion,

    /// <summary>Newer than the champion: it could take its place.</summary>
    Challenger,

    /// <summary>Published once, and not now.</summary>
    Former,
}

/// <param name="By">The name of who had it trained.</param>
public sealed record RegistryRow(ModelState State, string By, ModelStanding Standing)
{
    public TrainedModel Model => State.Model;
}

/// <summary>A project's versions with what stands around them, for its page.</summary>
public sealed class GetRegistry(PortalDb db) : IUseCase
{
    public const int MostVersions = 200;

    private const int History = 20;

    /// <param name="Rows">Newest first, at most <see cref="MostVersions"/>.</param>
    /// <param name="Waiting">The request that waits for a second person.</param>
    /// <param name="RollBackTo">Null when there is nothing to go back to.</param>
    /// <param name="Publications">The last ones, newest first.</param>
    public sealed record Answer(
        Project Project, IReadOnlyList<RegistryRow> Rows, int Versions, PublishRequestView? Waiting, TrainedModel? RollBackTo, IReadOnlyList<Publication> Publications);

    public async Task<Result<Answer>> HandleAsync(Actor actor, ProjectId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var project = await context.Projects.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id, ct);
        if (project is null)
            return new ProjectNotFound();
        var models = context.Models.AsNoTracking().Where(m => m.ProjectId == id);
        var states = await GetModel.StatesAsync(context, models.OrderByDescending(m => m.Version).Take(MostVersions), ct);
        var names = await ReviewNames.OfAsync(context, states.Select(s => s.StartedBy), ct);
        var history = await context.Publications.AsNoTracking().Where(p => p.ProjectId == id).OrderByDescending(p => p.Number).ToListAsync(ct);
        var published = history.Select(p => p.ModelId).Concat(history.Select(p => p.Replaced).OfType<ModelId>()).ToHashSet();
        var champion = states.FirstOrDefault(s => s.IsPublished)?.Model.Version ?? 0;
        var waiting = await AskToPublish.OpenAsync(context, id, ct);
        return new Answer(
            project,
            [.. states.Select(s => new RegistryRow(s, names.GetValueOrDefault(s.StartedBy, ""), Standing(s, champion, published)))],
            states.Count < MostVersions ? states.Count : await models.CountAsync(ct),
            waiting is null ? null : new PublishRequestView(waiting, await models.Where(m => m.Id == waiting.ModelId).Select(m => m.Version).FirstAsync(ct)),
            await RollBackModel.TargetAsync(context, project, ct),
            [.. history.Take(History)]);
    }

    private static ModelStanding Standing(ModelState state, int champion, HashSet<ModelId> published) => state switch
    {
        { IsPublished: true } => ModelStanding.Champion,
        _ when published.Contains(state.Model.Id) => ModelStanding.Former,
        _ when state.Model.Version > champion => ModelStanding.Challenger,
        _ => ModelStanding.Older,
    };
}
