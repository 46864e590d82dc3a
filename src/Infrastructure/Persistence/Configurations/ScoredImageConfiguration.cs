using FewShotAD.Domain.Images;
using FewShotAD.Domain.Marks;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Training;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class ScoredImageConfiguration : IEntityTypeConfiguration<ScoredImage>
{
    public void Configure(EntityTypeBuilder<ScoredImage> builder)
    {
        builder.ToTable("Results");
        builder.HasKey(result => new { result.TenantId, result.Id });
        builder.HasIndex(result => new { result.TenantId, result.ModelId, result.ImageId }).IsUnique();
        builder.Property(result => result.IgnoreMark).HasMaxLength(IgnoreMark.MaxLength);
        // A score is taken from its map: who takes it again while somebody scores anew must not pair one map with the other's score.
        builder.Property(result => result.Map).IsConcurrencyToken();
        // Scores that follow a changed ignore region are looked through in this order.
        builder.HasIndex(result => new { result.TenantId, result.ProjectId, result.Id });
        // The grid pages by score, with the id to break ties.
        builder.HasIndex(result => new { result.TenantId, result.ModelId, result.Score, result.Id });
        builder.HasOne<Project>().WithMany().HasForeignKey(result => new { result.TenantId, result.ProjectId })
            .OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<TrainedModel>().WithMany().HasForeignKey(result => new { result.TenantId, result.ModelId })
            .OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<TrainingRun>().WithMany().HasForeignKey(result => new { result.TenantId, result.RunId })
            .OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<InspectionImage>().WithMany().HasForeignKey(result => new { result.TenantId, result.ImageId })
            .OnDelete(DeleteBehavior.Cascade);
    }
}
