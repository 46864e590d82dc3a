using System.Security.Cryptography;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Transfers;
using FewShotAD.Infrastructure.Transfers.Zip;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Transfers;

/// <summary>
/// What people said of the results of a backup. They are nobody's account here: each gets an id of its own, the same at every
/// attempt, and keeps the name.
/// </summary>
public sealed class BackupReviews(PortalDb db, TimeProvider time)
{
    private const int Portion = 200;

    /// <summary>A result may have been judged many times, each with a long comment.</summary>
    private const int MaxLineLength = 4 << 20;

    internal async Task<Result> TakeAsync(ZipInput zip, string root, ArchiveProject archive, TransferTask task, ProjectId project, ImportReport report, CancellationToken ct)
    {
        if (zip.Has(root + ArchiveFiles.Reviews))
        {
            var list = await ZipRoot.OpenListAsync<ArchiveReview>(zip, root + ArchiveFiles.Reviews, task, ct, MaxLineLength);
            if (!list.Succeeded)
                return list.Error;
            await using var lines = list.Value;
            foreach (var portion in lines.Read().Chunk(Portion))
                await TakeAsync(portion, task.Tenant, project, report, ct);
        }

        return await SettleAsync(archive, task.Tenant, project, ct);
    }

    private async Task TakeAsync(ArchiveReview[] portion, TenantId tenant, ProjectId project, ImportReport report, CancellationToken ct)
    {
        await using var context = db.ForTenant(tenant);
        var (versions, hashes) = (portion.Select(r => r.Model).Distinct().ToList(), portion.Select(r => r.Image).Distinct().ToList());
        var results = await context.Results.AsNoTracking().Where(r => r.ProjectId == project)
            .Join(context.Models.Where(m => versions.Contains(m.Version)), r => r.ModelId, m => m.Id, (r, m) => new { r, m.Version })
            .Join(context.Images.Where(i => hashes.Contains(i.Sha256)), row => row.r.ImageId, i => i.Id, (row, i) => new { row.r, row.Version, i.Sha256 })
            .ToDictionaryAsync(row => (row.Version, row.Sha256), row => row.r, ct);
        var ids = results.Values.Select(r => r.Id).ToList();
        // By an earlier attempt.
        var done = (await context.ReviewVerdicts.Where(v => ids.Contains(v.ResultId)).Select(v => v.ResultId).ToListAsync(ct))
            .Concat(await context.ReviewItems.Where(i => ids.Contains(i.ResultId)).Select(i => i.ResultId).ToListAsync(ct)).ToHashSet();
        var people = new Dictionary<UserId, string>();
        foreach (var line in portion)
        {
            var made = Make(line, results.GetValueOrDefault((line.Model, line.Image)), done, project, people);
            if (made.Error is { } error)
                await report.RejectedAsync($"review of {line.Image}", error.Message, ct);
            else
                context.AddRange(made.Value);
        }

        var known = people.Keys.ToList();
        var there = (await context.RestoredReviewers.Where(r => known.Contains(r.Id)).Select(r => r.Id).ToListAsync(ct)).ToHashSet();
        context.RestoredReviewers.AddRange(people.Where(p => !there.Contains(p.Key)).Select(p => RestoredReviewer.Create(tenant, project, p.Key, p.Value)));
        await context.SaveChangesAsync(ct);
    }

    /// <returns>The rows of the line; none for one that an earlier attempt has written.</returns>
    private static Result<IReadOnlyList<object>> Make(ArchiveReview line, ScoredImage? result, HashSet<ResultId> done, ProjectId project, Dictionary<UserId, string> people)
    {
        if (result is null)
            return new ResultOfNothing();
        if (!done.Add(result.Id))
            return Result<IReadOnlyList<object>>.Ok([]);
        if (line.Verdicts.Select(v => v.Number).Distinct().Count() != line.Verdicts.Count)
            return new ImpossibleReview();
        var rows = new List<object>();
        foreach (var verdict in line.Verdicts)
        {
            var made = ReviewVerdict.Restore(result, verdict, Person(verdict.By));
            if (!made.Succeeded)
                return made.Error;
            rows.Add(made.Value);
            if (verdict.WithdrawnAt is { } at)
                rows.Add(VerdictWithdrawal.Of(made.Value, at));
        }

        if (line.Item is not { } state)
            return rows;
        var item = ReviewItem.Restore(result, state, Person);
        if (!item.Succeeded)
            return item.Error;
        rows.Add(item.Value);
        return rows;

        UserId Person(ArchivePerson who)
        {
            var id = new UserId(new Guid(SHA256.HashData([.. project.Value.ToByteArray(), .. who.Id.ToByteArray()]).AsSpan(0, 16)));
            people.TryAdd(id, who.Name);
            return id;
        }
    }

    /// <summary>How the project reviews, and which of its models speaks. Nobody is told: it was told when it happened.</summary>
    private async Task<Result> SettleAsync(ArchiveProject archive, TenantId tenant, ProjectId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(tenant);
        var project = await context.Projects.FirstAsync(p => p.Id == id, ct);
        var settled = project.SecondReviews(archive.SecondReviewShare, archive.SecondReviewUncertain);
        if (!settled.Succeeded)
            return settled;
        if (archive.Published is { } version && await context.Models.FirstOrDefaultAsync(m => m.ProjectId == id && m.Version == version, ct) is { } model)
            settled = project.Publish(model, time.GetUtcNow());
        project.NeedApproval(archive.ApprovalNeeded);
        project.TakeHappenings();
        if (settled.Succeeded)
            await context.SaveChangesAsync(ct);
        return settled;
    }
}
