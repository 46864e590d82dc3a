using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Tests.Support;

namespace FewShotAD.Domain.Tests.Models;

/// <summary>Where rolling back leads, by the history of what was published.</summary>
public sealed class PublicationTests
{
    private static readonly RegistryAuthor Ada = new(new UserId(Guid.NewGuid()), "Ada");
    private static readonly RegistryAuthor Ben = new(new UserId(Guid.NewGuid()), "Ben");

    private readonly Project project = Given.Project();
    private readonly List<Publication> history = [];
    private readonly HashSet<ModelId> existing = [];

    [Fact]
    public void Rolled_back_twice_a_project_is_two_steps_back()
    {
        var models = Three();
        foreach (var model in models)
            Publish(model);
        RollBackTo(models[1]);
        RollBackTo(models[0]);
        Assert.Null(Target());
    }

    [Fact]
    public void A_deleted_version_is_stepped_over()
    {
        var models = Three();
        foreach (var model in models)
            Publish(model);
        existing.Remove(models[1].Id);
        Assert.Equal(models[0].Id, Target());
    }

    [Fact]
    public void What_was_taken_back_comes_back_first()
    {
        var models = Three();
        Publish(models[0]);
        Publish(models[1]);
        TakeBack(models[1]);
        RollBackTo(models[1]);
        RollBackTo(models[0]);
    }

    [Fact]
    public void A_version_that_came_after_one_was_taken_back_leads_to_that_one()
    {
        var models = Three();
        Publish(models[0]);
        TakeBack(models[0]);
        Publish(models[1]);
        RollBackTo(models[0]);
    }

    [Fact]
    public void A_version_that_was_published_again_leads_to_the_one_before_that_time()
    {
        var models = Three();
        Publish(models[0]);
        Publish(models[1]);
        Publish(models[0]);
        Assert.Equal(models[1].Id, Target());
    }

    /// <summary>Published before the history began: it stands in the first line as what was replaced.</summary>
    [Fact]
    public void What_is_older_than_the_history_is_found_all_the_same()
    {
        var models = Three();
        Assert.True(project.Publish(models[0], Given.Start).Succeeded);
        Publish(models[2]);
        Assert.Equal(models[0].Id, Target());
    }

    [Fact]
    public void Without_a_history_there_is_nothing_to_go_back_to() => Assert.Null(Target());

    [Fact]
    public void Who_asked_cannot_decide_and_a_rejection_says_why()
    {
        var model = Three()[0];
        Assert.IsType<ApprovalNotNeeded>(PublishRequest.Create(project, model, Ada, null, Given.Start).Error);
        project.NeedApproval(true);
        var request = PublishRequest.Create(project, model, Ada, "  Finds scratches ", Given.Start).Value;
        Assert.Equal("Finds scratches", request.Comment);
        Assert.IsType<OwnPublishRequest>(request.Decide(true, Ada, null, Given.Start).Error);
        Assert.IsType<RejectionNeedsReason>(request.Decide(false, Ben, " ", Given.Start).Error);
        Assert.IsType<NotYourPublishRequest>(request.Withdraw(Ben, Given.Start).Error);
        Assert.Equal(PublishRequestState.Open, request.State);
        Assert.True(request.Decide(false, Ben, "Misses dents", Given.Start).Succeeded);
        Assert.Equal((PublishRequestState.Rejected, "Misses dents", "Ben"), (request.State, request.DecisionComment, request.DecidedByName));
        Assert.IsType<PublishRequestOver>(request.Decide(true, Ben, null, Given.Start).Error);
        Assert.IsType<PublishRequestOver>(request.Withdraw(Ada, Given.Start).Error);
    }

    private List<TrainedModel> Three()
    {
        var models = Enumerable.Range(1, 3).Select(version => Given.Model(project, version)).ToList();
        existing.UnionWith(models.Select(m => m.Id));
        return models;
    }

    private ModelId? Target() => RollBack.Target(history, project.PublishedModelId, existing);

    private void Publish(TrainedModel model) => Publish(model, PublicationKind.Published);

    private void RollBackTo(TrainedModel model)
    {
        Assert.Equal(model.Id, Target());
        Publish(model, PublicationKind.RolledBack);
    }

    private void Publish(TrainedModel model, PublicationKind kind)
    {
        var before = project.PublishedModelId;
        Assert.True(project.Publish(model, Given.Start).Succeeded);
        history.Add(Publication.Of(project, kind, model, before, Ada, Given.Start));
    }

    private void TakeBack(TrainedModel model)
    {
        project.Unpublish(model.Id);
        history.Add(Publication.Of(project, PublicationKind.TakenBack, model, model.Id, Ada, Given.Start));
    }
}
