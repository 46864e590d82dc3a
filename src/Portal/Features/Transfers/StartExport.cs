using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Transfers;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Features.Transfers;

/// <summary>Queues an export. The model is settled now: a model that is trained meanwhile changes nothing of it.</summary>
public sealed class StartExport(PortalDb db, ITransferQueue queue, IOptions<TransferOptions> options, TimeProvider time) : IUseCase
{
    /// <param name="Model">Null for the one that speaks for the project.</param>
    public sealed record Request(
        ProjectId Project, ExportFormat Format, ModelId? Model = null, Verdict? Verdict = null, ImageLabel? Label = null, bool Maps = true,
        ExportFilter? Filter = null);

    public async Task<Result<Transfer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Read);
        if (!allowed.Succeeded)
            return allowed.Error;
        if (!Enum.IsDefined(request.Format))
            return new InvalidExport();
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Projects.AnyAsync(p => p.Id == request.Project, ct))
            return new ProjectNotFound();
        var models = context.Models.AsNoTracking().Where(m => m.ProjectId == request.Project);
        var model = request.Model is { } id
            ? await models.FirstOrDefaultAsync(m => m.Id == id, ct)
            : await SpeakingModel.OfAsync(context, request.Project, ct);
        if (model is null && request.Model is not null)
            return new ModelNotFound();
        var choice = ChoiceOf(request, model);
        if (choice is { ListsResults: true, Model: null })
            return new NothingToList();
        if (choice.Filter?.ReviewedBy is { } person && !await HasReviewedAsync(context, request.Project, new UserId(person), ct))
            return new NobodyReviewed();
        if (await WaitingTransfers.CheckAsync(context, options.Value.MostAtOnce, ct) is { } many)
            return many;

        var transfer = Transfer.OfExport(actor.Tenant, request.Project, choice, actor.User, time.GetUtcNow());
        context.Transfers.Add(transfer);
        context.Record(actor, time, AuditAction.ExportStart, "project", request.Project, $"{request.Format}");
        await context.SaveChangesAsync(ct);
        queue.Enqueue(actor.Tenant, transfer.Id);
        return transfer;
    }

    /// <summary>An id that is nobody's here is not kept.</summary>
    private static Task<bool> HasReviewedAsync(PortalDbContext context, ProjectId project, UserId person, CancellationToken ct) =>
        context.Results.AnyAsync(r => r.ProjectId == project && r.ReviewedBy == person, ct);

    /// <summary>Only what the format looks at: the same export is the same choice. A backup leaves nothing out.</summary>
    private static ExportChoice ChoiceOf(Request request, TrainedModel? model)
    {
        var choice = new ExportChoice(request.Format, model?.Id.Value, request.Verdict, request.Label, request.Maps, request.Filter is { IsEmpty: false } filter ? filter : null);
        return choice.ListsResults
            ? choice with { Maps = false }
            : choice with { Model = null, Verdict = null, Filter = null, Label = request.Format == ExportFormat.Everything ? null : request.Label, Maps = request is { Format: ExportFormat.Everything, Maps: true } };
    }
}

internal static class WaitingTransfers
{
    /// <returns>An error when the team has as many as it may have.</returns>
    public static async Task<Error?> CheckAsync(PortalDbContext context, int most, CancellationToken ct)
    {
        var waiting = await context.Transfers.CountAsync(t => t.Status == TransferStatus.Queued || t.Status == TransferStatus.Running, ct);
        return waiting < most ? null : new TooManyTransfers(most);
    }
}
