using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class PublicationConfiguration : IEntityTypeConfiguration<Publication>
{
    public void Configure(EntityTypeBuilder<Publication> builder)
    {
        builder.ToTable("Publications");
        builder.HasKey(publication => new { publication.TenantId, publication.ProjectId, publication.Number });
        builder.Property(publication => publication.Number).ValueGeneratedNever();
        builder.Property(publication => publication.ByName).HasMaxLength(Publication.NameMaxLength);
        // Models and requests that it names may be deleted; what happened stays.
        builder.HasOne<Project>().WithMany().HasForeignKey(publication => new { publication.TenantId, publication.ProjectId }).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class PublishRequestConfiguration : IEntityTypeConfiguration<PublishRequest>
{
    public void Configure(EntityTypeBuilder<PublishRequest> builder)
    {
        builder.ToTable("PublishRequests");
        builder.HasKey(request => new { request.TenantId, request.Id });
        builder.Property(request => request.AskedByName).HasMaxLength(Publication.NameMaxLength);
        builder.Property(request => request.DecidedByName).HasMaxLength(Publication.NameMaxLength);
        builder.Property(request => request.Comment).HasMaxLength(PublishRequest.CommentMaxLength);
        builder.Property(request => request.DecisionComment).HasMaxLength(PublishRequest.CommentMaxLength);
        builder.Property(request => request.ConcurrencyStamp).IsConcurrencyToken();
        builder.HasIndex(request => new { request.TenantId, request.ProjectId, request.Id });
        builder.HasOne<Project>().WithMany().HasForeignKey(request => new { request.TenantId, request.ProjectId }).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<TrainedModel>().WithMany().HasForeignKey(request => new { request.TenantId, request.ModelId }).OnDelete(DeleteBehavior.Cascade);
    }
}
