using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Imaging;
using FewShotAD.Imaging.Samples;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Features.Images;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Projects;

/// <summary>
/// Makes the sample projects, one per part type, from pictures that the program draws. They go through the same door as an
/// upload. Two part types, because RegAD learns registration from the other parts of the team.
/// </summary>
public sealed class SampleProjects(PortalDb db, UploadImage upload, TimeProvider time)
{
    private const int Seed = 20;

    /// <summary>The shots that go into the support set; the rest of the drawn normals wait unassigned.</summary>
    private const int Shots = 4;

    public sealed record Progress(int Done, int Total);

    public sealed record AlreadyThere()
        : Error(ErrorKind.Conflict, "sample.exists", "Your team has the sample projects already. Delete them first to draw them anew.");

    public async Task<Result<IReadOnlyList<ProjectId>>> HandleAsync(Actor actor, IProgress<Progress> progress, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        var projects = new List<(Project Project, SamplePart Part)>();
        await using (var context = db.ForTenant(actor.Tenant))
        {
            foreach (var part in SamplePart.All)
            {
                var created = Project.Create(actor.Tenant, part.Name, part.Description, actor.User, time.GetUtcNow(), isSample: true);
                if (!created.Succeeded)
                    return created.Error;
                var there = await context.Projects.FirstOrDefaultAsync(p => p.Name == created.Value.Name, ct);
                if (there is { IsSample: false })
                    return new ProjectNameTaken(there.Name);
                if (there is null)
                {
                    context.Projects.Add(created.Value);
                    context.Record(actor, time, AuditAction.ProjectCreate, "project", created.Value.Id, $"{created.Value.Name} (sample)");
                }
                // A drawing that was stopped half way goes on; what is there already is recognised by its content.
                else if (await context.Images.CountAsync(i => i.ProjectId == there.Id, ct) >= part.ImageCount)
                    continue;
                projects.Add((there ?? created.Value, part));
            }

            if (projects.Count == 0)
                return new AlreadyThere();
            await context.SaveChangesAsync(ct);
        }

        // Drawn on the pool: a circuit's own thread would freeze its page.
        await Task.Run(() => DrawAsync(actor, projects, progress, ct), ct);
        return projects.Select(p => p.Project.Id).ToList();
    }

    private async Task DrawAsync(
        Actor actor, List<(Project Project, SamplePart Part)> projects, IProgress<Progress> progress, CancellationToken ct)
    {
        var total = projects.Sum(p => p.Part.ImageCount);
        var done = 0;
        foreach (var (project, part) in projects)
        {
            var shots = 0;
            foreach (var sample in part.Generate(Seed))
            {
                ct.ThrowIfCancellationRequested();
                var isSpare = DatasetPath.Parse(sample.Name).Split == ImageSplit.Support && ++shots > Shots;
                await AddAsync(actor, project, sample, isSpare, ct);
                progress.Report(new Progress(++done, total));
            }
        }
    }

    private async Task AddAsync(Actor actor, Project project, SampleImage sample, bool isSpare, CancellationToken ct)
    {
        using var png = new MemoryStream();
        PngWriter.Write(sample.Image, png);
        // A bare file name carries no split: a spare normal stays unassigned.
        var path = isSpare ? $"spare-{Path.GetFileName(sample.Name)}" : sample.Name;
        await UploadAsync(actor, project, png, path, isSpare ? ImageLabel.Normal : ImageLabel.Unknown, ct);
        if (sample.Mask is null)
            return;
        using var mask = new MemoryStream();
        PngWriter.WriteGrey(sample.Mask, sample.Image.Width, sample.Image.Height, mask);
        var maskPath = $"{sample.Name.Replace("test/", "ground_truth/", StringComparison.Ordinal).Replace(".png", "_mask.png", StringComparison.Ordinal)}";
        await UploadAsync(actor, project, mask, maskPath, ImageLabel.Unknown, ct);
    }

    private async Task UploadAsync(Actor actor, Project project, Stream content, string path, ImageLabel label, CancellationToken ct)
    {
        var request = new UploadImage.Request(project.Id, content, path, ImageSplit.Unassigned, label);
        var added = await upload.HandleAsync(actor, request, ct);
        if (!added.Succeeded && added.Error is not DuplicateImage)
            throw new InvalidOperationException($"A drawn sample was refused: {added.Error.Message}");
    }
}
