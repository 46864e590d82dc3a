using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Transfers.Zip;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Transfers;

/// <summary>The versions of a model's line in a backup: drawn again on the model, one after the other, by the rules for people.</summary>
internal static class BackupLines
{
    public static async Task<Result<List<LineVersion>>> OfAsync(
        PortalDbContext context, ProjectId project, TrainedModel model, IReadOnlyList<ArchiveLine> lines, CancellationToken ct)
    {
        var hashes = lines.SelectMany(line => line.Labelled).Select(flip => flip.Image).Distinct().ToList();
        var images = await context.Images.AsNoTracking()
            .Where(i => i.ProjectId == project && hashes.Contains(i.Sha256))
            .Select(i => new { i.Sha256, i.Id })
            .ToDictionaryAsync(i => i.Sha256, i => i.Id.Value, ct);
        var versions = new List<LineVersion>();
        foreach (var line in lines)
        {
            var labelled = line.Labelled.Where(flip => images.ContainsKey(flip.Image)).Take(LineFlips.MostKept)
                .Select(flip => new FlippedImage(images[flip.Image], flip.Name, flip.Label, flip.DefectType, flip.Score, flip.From, flip.To)).ToList();
            var change = new LineChange(new LineThresholds(line.T1, line.T2, line.Pixel), line.Reason, new LineFlips(line.Flips, labelled), line.Restores);
            var moved = model.MoveLine(change, new LineAuthor(null, line.By), line.MadeAt);
            if (!moved.Succeeded)
                return new UnreadableList(ArchiveFiles.Project, $"version {line.Number} of a line cannot be: {moved.Error.Message}");
            if (moved.Value.Number != line.Number)
                return new UnreadableList(ArchiveFiles.Project, "the versions of a line do not follow each other");
            versions.Add(moved.Value);
        }

        model.TakeHappenings(); // they were told when they happened
        return versions;
    }
}
