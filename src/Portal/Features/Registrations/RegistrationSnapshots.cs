using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Registrations;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Features.Training;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Registrations;

/// <summary>What a registration model that is trained now learns from.</summary>
/// <param name="Home">The project that its run stands under: the first by name.</param>
internal sealed record RegistrationData(Project Home, DataSnapshot Snapshot, IReadOnlyList<RegistrationPart> Parts);

internal static class RegistrationSnapshots
{
    /// <summary>
    /// RegAD takes one project after the other as its category, with all normal images that are not tested on. UniAD takes the K shots of
    /// each at once: more of one part than of another would tilt it. Either way the same projects and images give the same snapshot,
    /// however they were chosen.
    /// </summary>
    public static async Task<Result<RegistrationData>> TakeAsync(
        PortalDbContext context, IReadOnlyCollection<ProjectId> chosen, TrainingRecipe recipe, CancellationToken ct)
    {
        var ids = chosen.Distinct().ToList();
        if (ids.Count is < RegistrationModel.MinProjects or > RegistrationModel.MaxProjects)
            return new RegistrationProjectCount(ids.Count);
        var projects = await context.Projects.AsNoTracking().Where(p => ids.Contains(p.Id) && p.ArchivedAt == null).ToListAsync(ct);
        if (projects.Count != ids.Count)
            return new RegistrationProjectMissing();
        projects.Sort((a, b) => (string.CompareOrdinal(a.Name, b.Name), a.Id.Value.CompareTo(b.Id.Value)) switch { (0, var byId) => byId, (var byName, _) => byName });
        var images = await context.Images.AsNoTracking()
            .Where(i => ids.Contains(i.ProjectId) && i.Label == ImageLabel.Normal && i.Split != ImageSplit.Test)
            .Select(i => new { i.ProjectId, i.Id, i.Name, i.Split })
            .ToListAsync(ct);
        var (parts, categories) = (new List<RegistrationPart>(), new List<SnapshotCategory>());
        List<ImageId> home = [];
        foreach (var project in projects)
        {
            var own = images.Where(i => i.ProjectId == project.Id).OrderBy(i => i.Name, StringComparer.Ordinal).ThenBy(i => i.Id.Value).ToList();
            var pool = own.Where(i => i.Split == ImageSplit.Support).Select(i => i.Id).ToList();
            if (pool.Count < recipe.Shots)
                return new RegistrationShotsMissing(project.Name, pool.Count, recipe.Shots);
            var shots = RunSnapshots.Draw(pool, recipe.Shots, recipe.Seed);
            var learned = recipe.Method == DetectionMethod.UniAd ? shots : [.. own.Take(RunSnapshots.ImagesPerCategory).Select(i => i.Id)];
            parts.Add(new RegistrationPart(project.Id, project.Name, learned.Count));
            if (project == projects[0])
                home = shots;
            // UniAD learns the run's own shots as it is; RegAD learns from categories alone.
            if (project != projects[0] || recipe.Method == DetectionMethod.RegAd)
                categories.Add(new SnapshotCategory(project.Id, project.Name, learned));
        }

        return new RegistrationData(projects[0], new DataSnapshot(home, categories, []), parts);
    }
}
